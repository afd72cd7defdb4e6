import { isDeepStrictEqual } from "node:util";
import { inTenant, recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { TrackDeps } from "../track-deps.ts";

/** Where a service keeps its tenants' settings. */
export interface SettingsStore<DB, Settings> {
  /** The settings as they stand, locked against other changes. */
  readonly lock: (trx: TenantTransaction<DB>, tenant: string) => Promise<Settings>;
  readonly save: (trx: TenantTransaction<DB>, tenant: string, settings: Settings) => Promise<void>;
}

/** Replaces a tenant's settings. To set what is set already changes nothing, and nothing is told. */
export const changeSettings = async <DB, Settings extends Readonly<Record<string, unknown>>>(
  deps: Pick<TrackDeps<DB>, "db" | "now">,
  ctx: RequestContext,
  settings: NoInfer<Settings>,
  { lock, save }: SettingsStore<DB, Settings>,
): Promise<{ settings: Settings; changeId?: string }> =>
  await inTenant(deps.db, ctx, async (trx) => {
    const before = await lock(trx, ctx.tenantId);
    if (isDeepStrictEqual(before, settings)) return { settings };
    const at = deps.now();
    await save(trx, ctx.tenantId, settings);
    const type = "tenant.settings_changed";
    const resource = { resourceType: "tenant", resourceId: ctx.tenantId };
    const told = { data: { ...settings }, details: { before, after: settings } };
    const changeId = await recordEvent(trx, ctx, at, { ...resource, type, visibility: "private", ...told });
    return { settings, changeId };
  });
