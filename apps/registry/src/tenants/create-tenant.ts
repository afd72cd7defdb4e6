import type { Tenant } from "@nofx/contract-registry";
import { inTenant, recordEvent, type WriteScope } from "@nofx/db-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { insertTenant } from "./tenant.store.ts";

export interface NewTenant {
  readonly id: string;
  readonly name: string;
}

/** Creates a tenant. Its own audit log and feed begin with that. */
export const createTenant = async (deps: Deps, ctx: WriteScope, { id, name }: NewTenant): Promise<Tenant> => {
  const scope: WriteScope = { ...ctx, tenantId: id };
  return await inTenant(deps.db, scope, async (trx) => {
    const at = deps.now();
    const tenant = await insertTenant(trx, { id, name, at });
    if (!tenant) throw problem("tenant_exists");
    const resource = { resourceType: "tenant", resourceId: id };
    await recordEvent(trx, scope, at, { ...resource, type: "tenant.created", visibility: "private", data: { name } });
    return tenant;
  });
};
