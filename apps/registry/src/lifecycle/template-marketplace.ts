import type { Client } from "@nofx/client";
import type { marketplaceContract } from "@nofx/contract-marketplace";
import { impactListMax, TemplateImpact } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import { type GuardedCalls, type GuardOptions, guardedCalls, Refused } from "@nofx/track-kit";
import { marketplaceClient } from "../marketplace-client.ts";
import { noTemplates } from "./impact.rules.ts";

/** An agent, or one version of it, that templates may lock. */
export interface LockedAgent {
  readonly tenant: string;
  readonly agentId: string;
  readonly version?: string;
}

/** The template marketplace, as far as this service asks it. */
export interface TemplateMarketplace {
  /** The templates that the caller may see and whose kept locks hold an agent. Never throws: `unavailable` says it failed. */
  lockingTemplates(ctx: Caller, agent: LockedAgent): Promise<TemplateImpact>;
  circuit: GuardedCalls["circuit"];
}

type Caller = Pick<RequestContext, "bearer" | "correlationId" | "traceparent">;
type Log = { warn(reason: object, message: string): void };

/** Asks as the caller, who is told what there is for the caller, and nothing else. */
const askOnce = async (
  marketplace: Client<typeof marketplaceContract>,
  { bearer, correlationId, traceparent }: Caller,
  { agentId: agent, tenant, version }: LockedAgent,
  signal: AbortSignal,
): Promise<TemplateImpact | { readonly refused: number }> => {
  const query = { agent, tenant, ...(version !== undefined && { version }), limit: impactListMax };
  const headers = { authorization: `Bearer ${bearer()}`, "x-correlation-id": correlationId, traceparent };
  const result = await marketplace.listAgentDependents(query, { headers, signal });
  if (result.ok) {
    const { dependents, nextCursor } = result.body;
    return TemplateImpact.parse({ status: "known", dependents, truncated: nextCursor !== undefined });
  }
  // A refusal of this caller is no failure of the service: it must not close the way for all others.
  if (result.status < 500) return { refused: result.status };
  throw new Refused(result.status);
};

/** Asks the marketplace which templates lock an agent. Both tries together take no longer than `timeoutMs`. */
export const templateMarketplace = (
  access: { readonly baseUrl: string; readonly timeoutMs: number; readonly fetch?: typeof fetch },
  log: Log,
  options: GuardOptions = {},
): TemplateMarketplace => {
  const marketplace = marketplaceClient(access);
  const { run, circuit } = guardedCalls(options);
  return {
    lockingTemplates: async (ctx, agent) => {
      const unavailable = (reason: object): TemplateImpact => {
        log.warn({ ...reason, correlationId: ctx.correlationId, circuit: circuit() }, "templates cannot be looked up");
        return noTemplates("unavailable");
      };
      const signal = AbortSignal.timeout(access.timeoutMs);
      try {
        const told = await run(() => askOnce(marketplace, ctx, agent, signal));
        return "refused" in told ? unavailable({ status: told.refused }) : told;
      } catch (err) {
        return unavailable({ err });
      }
    },
    circuit,
  };
};
