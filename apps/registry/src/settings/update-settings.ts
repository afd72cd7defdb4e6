import type { Settings } from "@nofx/contract-registry";
import { inTenant, recordEvent } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { lockSettings, saveSettings } from "./settings.store.ts";

const isSame = (one: Settings, other: Settings): boolean => one.semverPolicy === other.semverPolicy;

/** Replaces a tenant's settings. To set what is set already changes nothing, and nothing is told. */
export const updateSettings = async (
  deps: Deps,
  ctx: RequestContext,
  settings: Settings,
): Promise<{ settings: Settings; changeId?: string }> =>
  await inTenant(deps.db, ctx, async (trx) => {
    const before = await lockSettings(trx, ctx.tenantId);
    if (!before) throw problem("tenant_not_found");
    if (isSame(before, settings)) return { settings };
    const at = deps.now();
    await saveSettings(trx, ctx.tenantId, settings);
    const type = "tenant.settings_changed";
    const resource = { resourceType: "tenant", resourceId: ctx.tenantId };
    const told = { data: { ...settings }, details: { before, after: settings } };
    const changeId = await recordEvent(trx, ctx, at, { ...resource, type, visibility: "private", ...told });
    return { settings, changeId };
  });
