import type { Settings } from "@nofx/contract-kit";
import { inTenant, recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { TrackDeps } from "../track-deps.ts";

/** Where a service keeps its tenants' settings. */
export interface SettingsStore<DB> {
  /** The settings as they stand, locked against other changes. */
  readonly lock: (trx: TenantTransaction<DB>, tenant: string) => Promise<Settings>;
  readonly save: (trx: TenantTransaction<DB>, tenant: string, settings: Settings) => Promise<void>;
}

const isSame = (one: Settings, other: Settings): boolean => one.semverPolicy === other.semverPolicy;

/** Replaces a tenant's settings. To set what is set already changes nothing, and nothing is told. */
export const changeSettings = async <DB>(
  deps: Pick<TrackDeps<DB>, "db" | "now">,
  ctx: RequestContext,
  settings: Settings,
  { lock, save }: SettingsStore<DB>,
): Promise<{ settings: Settings; changeId?: string }> =>
  await inTenant(deps.db, ctx, async (trx) => {
    const before = await lock(trx, ctx.tenantId);
    if (isSame(before, settings)) return { settings };
    const at = deps.now();
    await save(trx, ctx.tenantId, settings);
    const type = "tenant.settings_changed";
    const resource = { resourceType: "tenant", resourceId: ctx.tenantId };
    const told = { data: { ...settings }, details: { before, after: settings } };
    const changeId = await recordEvent(trx, ctx, at, { ...resource, type, visibility: "private", ...told });
    return { settings, changeId };
  });
