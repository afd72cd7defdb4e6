import { type AgentCandidate, type CandidatesResult, candidatesMax } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import { type AgentAddress, ownerOf } from "../agents/address.ts";
import { agentDependencies } from "../agents/agent.rules.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { agentObstacle, type ResolvableAgent } from "./resolve.rules.ts";
import { findAgents, findDependingCandidates } from "./resolve.store.ts";

type Request = Pick<AgentAddress, "agentId"> & { readonly tenant?: string | undefined };

const nameOf = ({ tenant, agentId }: AgentAddress): string => `${tenant}/${agentId}`;

const refused = (detail: string | undefined): CandidatesResult => {
  const { code, title } = problem("agent_not_found");
  return { ok: false, problem: { code, title, detail: detail ?? title } };
};

/** The agents that are asked for, each once. */
const addressesOf = (deps: Deps, ctx: RequestContext, requests: readonly Request[]): AgentAddress[] => {
  const found = new Map<string, AgentAddress>();
  for (const { tenant, agentId } of requests) {
    const owner = ownerOf(deps, ctx, tenant);
    if (owner !== undefined) found.set(nameOf({ tenant: owner, agentId }), { tenant: owner, agentId });
  }
  return [...found.values()];
};

/** What ranges of many agents may be resolved to, with two statements. */
export const getCandidates = async (
  deps: Deps,
  ctx: RequestContext,
  requests: readonly Request[],
): Promise<CandidatesResult[]> => {
  const addresses = addressesOf(deps, ctx, requests);
  const [agents, candidates] = await Promise.all([
    findAgents(deps.db, ctx, addresses),
    findDependingCandidates(deps.db, ctx, addresses, candidatesMax),
  ]);
  const agentOf = new Map<string, ResolvableAgent>(agents.map((agent) => [nameOf(agent), agent]));
  const versionsOf = Map.groupBy(candidates, nameOf);
  return requests.map(({ tenant, agentId }) => {
    const owner = ownerOf(deps, ctx, tenant);
    if (owner === undefined) return refused("Name the tenant whose agent you mean: `tenant`.");
    const agent = agentOf.get(nameOf({ tenant: owner, agentId }));
    const obstacle = agentObstacle(agent, ctx.tenantId);
    if (!agent || obstacle) return refused(obstacle?.detail);
    const versions = (versionsOf.get(nameOf(agent)) ?? []).map(({ version, digest, status, declared }) => ({
      version,
      digest,
      status: status as AgentCandidate["status"],
      dependencies: agentDependencies(declared ?? undefined).map((on) => ({ ...on, tenant: on.tenant ?? owner })),
    }));
    const { visibility, currentVersion, status } = agent;
    return {
      ok: true,
      tenant: owner,
      agentId,
      visibility,
      deprecated: status === "deprecated",
      currentVersion,
      versions,
    };
  });
};
