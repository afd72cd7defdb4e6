import type { AgentDetail } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { AgentAddress } from "./address.ts";
import { findAgent, listVersions } from "./agent.store.ts";

/** How many versions an agent's detail shows. */
export const versionsShown = 100;

/** One agent with its highest versions, and its revision. A disabled agent is there for its own tenant only. */
export const getAgent = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
): Promise<{ agent: AgentDetail; revision: string }> => {
  const [agent, versions] = await Promise.all([
    findAgent(deps.db, ctx, address.tenant, address.agentId),
    listVersions(deps.db, ctx, address, { limit: versionsShown }),
  ]);
  if (!agent || isHidden(agent.summary.status, address, ctx)) throw problem("agent_not_found");
  return { agent: { ...agent.summary, ...agent.detail, versions }, revision: agent.revision };
};

const isHidden = (status: string, address: AgentAddress, ctx: RequestContext): boolean =>
  status === "disabled" && address.tenant !== ctx.tenantId && ctx.role !== "service";
