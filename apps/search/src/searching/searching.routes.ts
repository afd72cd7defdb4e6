import { searchContract } from "@nofx/contract-search";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { recordSearchClick } from "./record-search-click.ts";
import { suggestSearch } from "./suggest-search.ts";
import { unifiedSearch } from "./unified-search.ts";

const { operations } = searchContract;

/** What is typed is taken as it is: no query is an error. */
const asTyped = { takesNul: true };

export const searchingRoutes = (service: Service, deps: Deps): void => {
  mount(
    service,
    operations.unifiedSearch,
    async (ctx, { query }) => answer(200, { body: await unifiedSearch(deps, ctx, query) }),
    asTyped,
  );

  mount(
    service,
    operations.suggestSearch,
    async (ctx, { query }) => answer(200, { body: await suggestSearch(deps, ctx, query) }),
    asTyped,
  );

  mount(service, operations.recordSearchClick, async (_ctx, { body }) => {
    recordSearchClick(deps, body);
    return answer(204, {});
  });
};
