import type { Client } from "@nofx/client";
import { type CandidatesResult, getAgentCandidates, type registryContract } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import { type GuardedCalls, type GuardOptions, guardedCalls, Refused } from "@nofx/track-kit";
import { type RegistryAccess, registryClient } from "../identity/registry-client.ts";
import { problem } from "../problem.ts";

/** An agent's full name. */
export interface AgentAddress {
  readonly tenant: string;
  readonly agentId: string;
}

/** An agent that the caller may use, with the versions that a range may stand for. */
export type UsableAgent = Extract<CandidatesResult, { readonly ok: true }>;

/** What the agent registry knows, as far as this service asks. */
export interface AgentRegistry {
  /**
   * Of each agent what its ranges may be resolved to, in the order asked; undefined for one that is not there for the
   * caller. @throws dependency_unavailable
   */
  candidates(
    ctx: Pick<RequestContext, "tenantId" | "correlationId" | "traceparent">,
    agents: readonly AgentAddress[],
  ): Promise<(UsableAgent | undefined)[]>;
  circuit: GuardedCalls["circuit"];
}

type Log = { warn(reason: object, message: string): void };

/** Agents in one call: of each come up to 200 versions, and what comes is read at one go. */
const askedMax = 100;

const retrySeconds = "5";
const answer = getAgentCandidates.success[200];

/** The service sees what others keep to themselves; its callers use what is public and what is their tenant's. */
const usable = (result: CandidatesResult | undefined, tenantId: string): UsableAgent | undefined =>
  result?.ok && (result.visibility === "public" || result.tenant === tenantId) ? result : undefined;

const askedOnce = async (
  registry: Client<typeof registryContract>,
  { correlationId, traceparent }: Pick<RequestContext, "correlationId" | "traceparent">,
  agents: readonly AgentAddress[],
): Promise<CandidatesResult[]> => {
  const headers = { "x-correlation-id": correlationId, traceparent };
  const result = await registry.getAgentCandidates({ body: { agents: [...agents] } }, { headers });
  if (!result.ok) throw new Refused(result.status, result.headers.get("retry-after") ?? undefined);
  return answer.parse(result.body).results;
};

/** Asks the agent registry with the service's own token. */
export const agentRegistry = (access: RegistryAccess, log: Log, options: GuardOptions = {}): AgentRegistry => {
  const registry = registryClient(access);
  const calls = guardedCalls(options);
  return {
    candidates: async (ctx, agents) => {
      const found: (UsableAgent | undefined)[] = [];
      for (let from = 0; from < agents.length; from += askedMax) {
        const asked = agents.slice(from, from + askedMax);
        const results = await calls
          .run(() => askedOnce(registry, ctx, asked))
          .catch((err: unknown) => {
            log.warn({ err, correlationId: ctx.correlationId, circuit: calls.circuit() }, "agents cannot be looked up");
            const retryAfter = (err instanceof Refused && err.retryAfter) || retrySeconds;
            throw problem("dependency_unavailable", { headers: { "retry-after": retryAfter } });
          });
        found.push(...asked.map((_, index) => usable(results[index], ctx.tenantId)));
      }
      return found;
    },
    circuit: calls.circuit,
  };
};
