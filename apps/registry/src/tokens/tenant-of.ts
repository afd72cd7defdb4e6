import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { findTenant } from "../tenants/tenant.store.ts";

/**
 * The same request on behalf of the tenant whose tokens it is about: the caller's own, or any existing one for the
 * operator. For everybody else other tenants do not exist.
 */
export const onBehalfOf = async (
  deps: Deps,
  ctx: RequestContext,
  tenant: string | undefined,
): Promise<RequestContext> => {
  if (ctx.role !== "operator") {
    if (tenant === undefined || tenant === ctx.tenantId) return ctx;
    throw problem("tenant_not_found");
  }
  if (tenant === undefined) {
    throw problem("request_invalid", {
      errors: [{ path: "$.tenant", message: "The operator names a tenant", code: "required" }],
    });
  }
  if (!(await findTenant(deps.db, ctx, tenant))) throw problem("tenant_not_found");
  return { ...ctx, tenantId: tenant };
};
