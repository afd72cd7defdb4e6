import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import { boundElsewhere, type RequestContext } from "@nofx/service-kit";
import { isStateOf } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { Agent } from "./agent.store.ts";
import { findLocked } from "./agent-writes.store.ts";

interface Options {
  readonly dryRun?: boolean;
}

/**
 * Runs a write that concerns one agent, whether it exists yet or not, while no other one of that agent runs. Every change
 * of an agent begins here: a token that is bound to other agents gets no further.
 */
export const withAgentLocked = async <T>(
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  work: (trx: TenantTransaction<DB>) => Promise<T>,
  options: Options = {},
): Promise<T> => {
  if (ctx.bound && !ctx.bound.agents.has(agentId)) throw boundElsewhere(ctx.bound, "agent");
  return await inTenant(deps.db, ctx, work, { ...options, lock: `agent ${ctx.tenantId}/${agentId}` });
};

/** Changes an agent that is there, in the state that the caller knows. @throws agent_not_found, precondition_failed */
export const changeAgent = async <T>(
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  change: (trx: TenantTransaction<DB>, before: Agent) => Promise<T>,
  options: Options = {},
): Promise<T> => {
  const work = async (trx: TenantTransaction<DB>): Promise<T> => {
    const before = await findLocked(trx, ctx.tenantId, agentId);
    if (!before) throw problem("agent_not_found");
    if (!isStateOf(ctx.ifMatch, before.revision)) throw problem("precondition_failed");
    return await change(trx, before);
  };
  return await withAgentLocked(deps, ctx, agentId, work, options);
};
