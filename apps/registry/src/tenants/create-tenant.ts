import type { Tenant } from "@nofx/contract-registry";
import { inTenant, recordAudit, recordChange, type WriteScope } from "@nofx/db-kit";
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
    const changeId = await recordChange(trx, scope, at, {
      ...resource,
      type: "tenant.created",
      visibility: "private",
      data: { name },
    });
    await recordAudit(trx, scope, at, { ...resource, action: "tenant.created", details: { name }, changeId });
    return tenant;
  });
};
