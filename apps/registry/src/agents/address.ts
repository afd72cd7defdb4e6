import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";

/** An agent's full name. */
export interface AgentAddress {
  readonly tenant: string;
  readonly agentId: string;
}

/** Whose agent a request means; undefined if an anonymous caller names no tenant and there is no default one. */
export const ownerOf = (deps: Deps, ctx: RequestContext, tenant: string | undefined): string | undefined =>
  tenant ?? (ctx.tenantId || deps.env.DEFAULT_TENANT);

/**
 * Which agent a request means: that of the tenant it names, else the caller's own, else, for anonymous callers, the
 * default tenant's. Never "any tenant's": whoever registers an id first elsewhere would answer for it.
 */
export const addressOf = (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  tenant: string | undefined,
): AgentAddress => {
  const owner = ownerOf(deps, ctx, tenant);
  if (!owner) throw problem("agent_not_found", { detail: "Name the tenant whose agent you mean: `?tenant=`." });
  return { tenant: owner, agentId };
};
