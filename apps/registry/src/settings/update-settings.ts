import type { Settings } from "@nofx/contract-kit";
import type { RequestContext } from "@nofx/service-kit";
import { changeSettings } from "@nofx/track-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { lockSettings, saveSettings } from "./settings.store.ts";

/** Replaces a tenant's settings. @throws tenant_not_found */
export const updateSettings = async (
  deps: Deps,
  ctx: RequestContext,
  settings: Settings,
): Promise<{ settings: Settings; changeId?: string }> =>
  await changeSettings(deps, ctx, settings, {
    lock: async (trx, tenant) => {
      const standing = await lockSettings(trx, tenant);
      if (!standing) throw problem("tenant_not_found");
      return standing;
    },
    save: saveSettings,
  });
