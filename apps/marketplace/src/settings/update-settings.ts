import type { Settings } from "@nofx/contract-kit";
import type { RequestContext } from "@nofx/service-kit";
import { changeSettings } from "@nofx/track-kit";
import type { Deps } from "../deps.ts";
import { lockSettings, saveSettings } from "./settings.store.ts";

/** Replaces the settings of the caller's tenant. */
export const updateSettings = async (
  deps: Deps,
  ctx: RequestContext,
  settings: Settings,
): Promise<{ settings: Settings; changeId?: string }> =>
  await changeSettings(deps, ctx, settings, { lock: lockSettings, save: saveSettings });
