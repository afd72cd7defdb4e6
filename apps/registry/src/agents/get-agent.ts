import type { AgentDetail, AgentVersionSummary, Channel, Deprecation } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import { listChannels } from "../channels/channel.store.ts";
import type { Deps } from "../deps.ts";
import { deprecationOf } from "../lifecycle/deprecation.rules.ts";
import { problem } from "../problem.ts";
import type { AgentAddress } from "./address.ts";
import { type Agent, findAgent, listVersions } from "./agent.store.ts";

/** How many versions an agent's detail shows. */
export const versionsShown = 100;

/** An agent in full. */
export const agentDetail = (
  { summary, detail, currentSince }: Agent,
  versions: readonly AgentVersionSummary[],
  channels: readonly Channel[],
): AgentDetail => {
  const latest = { channel: "latest", version: summary.currentVersion, updatedAt: currentSince };
  return { ...summary, ...detail, versions: [...versions], channels: [latest, ...channels] };
};

/** An agent that the caller may see. A disabled agent is there for its own tenant only. */
export const visibleAgent = async (deps: Deps, ctx: RequestContext, address: AgentAddress): Promise<Agent> => {
  const agent = await findAgent(deps.db, ctx, address.tenant, address.agentId);
  if (!agent || isHidden(agent.summary.status, address, ctx)) throw problem("agent_not_found");
  return agent;
};

/** One agent with its highest versions and its channels, its revision, and whether it is deprecated. */
export const getAgent = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
): Promise<{ agent: AgentDetail; revision: string; deprecation: Deprecation | undefined }> => {
  const [agent, versions, channels] = await Promise.all([
    visibleAgent(deps, ctx, address),
    listVersions(deps.db, ctx, address, { limit: versionsShown }),
    listChannels(deps.db, ctx, address),
  ]);
  return {
    agent: agentDetail(agent, versions, channels),
    revision: agent.revision,
    deprecation: deprecationOf(agent.summary),
  };
};

const isHidden = (status: string, address: AgentAddress, ctx: RequestContext): boolean =>
  status === "disabled" && address.tenant !== ctx.tenantId && ctx.role !== "service";
