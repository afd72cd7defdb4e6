import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { getSettings } from "./get-settings.ts";
import { updateSettings } from "./update-settings.ts";

const { operations } = marketplaceContract;

export const settingsRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.getMarketplaceSettings, async (ctx) =>
    answer(200, { body: { settings: await getSettings(deps, ctx) } }),
  );

  mount(service, operations.updateMarketplaceSettings, async (ctx, { body }) => {
    const { settings, changeId } = await updateSettings(deps, ctx, body);
    return answer(200, { body: { settings }, headers: changeHeader(changeId) });
  });
};
