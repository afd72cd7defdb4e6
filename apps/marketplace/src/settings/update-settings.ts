import type { MarketplaceSettings, MarketplaceSettingsOrder } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { changeSettings } from "@nofx/track-kit";
import type { Deps } from "../deps.ts";
import { inForce } from "./get-settings.ts";
import { lockSettings, saveSettings } from "./settings.store.ts";

/** Replaces the settings of the caller's tenant. */
export const updateSettings = async (
  deps: Deps,
  ctx: RequestContext,
  order: MarketplaceSettingsOrder,
): Promise<{ settings: MarketplaceSettings; changeId?: string }> => {
  const changed = await changeSettings(deps, ctx, order, { lock: lockSettings, save: saveSettings });
  return { ...changed, settings: inForce(deps, changed.settings) };
};
