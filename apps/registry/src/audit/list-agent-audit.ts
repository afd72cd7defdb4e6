import type { AuditEntry } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import { listAuditLog } from "@nofx/track-kit";
import { findAgent } from "../agents/agent.store.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";

/** What was done to one of the tenant's own agents. */
export const listAgentAudit = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  query: { readonly limit: number; readonly cursor?: string | undefined; readonly action?: string | undefined },
): Promise<{ entries: AuditEntry[]; nextCursor?: string }> => {
  // The list first: it refuses a bad cursor, whether there is such an agent or not.
  const page = await listAuditLog(deps, ctx, { ...query, resourceType: "agent", resourceId: agentId });
  if (!(await findAgent(deps.db, ctx, ctx.tenantId, agentId))) throw problem("agent_not_found");
  return page;
};
