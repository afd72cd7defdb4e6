import type { TemplateImpact } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Agent } from "../agents/agent.store.ts";
import { changeAgent } from "../agents/change-agent.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { noTemplates } from "./impact.rules.ts";
import type { LockedAgent } from "./template-marketplace.ts";

/** Tells which templates lock what is about to change. */
export type TemplatesOf = (agent: LockedAgent) => TemplateImpact;

/** Ends an attempt that needs to know what has not been asked yet. */
class NotAsked extends Error {
  readonly agent: LockedAgent;
  constructor(agent: LockedAgent) {
    super("not asked yet");
    this.agent = agent;
  }
}

/** Attempts a change until what it needs to know has been asked, outside of the attempts. */
const tellingTemplates = async <T>(
  { marketplace }: Pick<Deps, "marketplace">,
  ctx: RequestContext,
  attempt: (templatesOf: TemplatesOf) => Promise<T>,
): Promise<T> => {
  if (!marketplace) return await attempt(() => noTemplates("not_configured"));
  const asked = new Map<string | undefined, TemplateImpact>();
  const templatesOf: TemplatesOf = (agent) => {
    const templates = asked.get(agent.version);
    if (!templates) throw new NotAsked(agent);
    return templates;
  };
  // Comes back only if another change has made another version the one that is concerned.
  for (;;) {
    try {
      return await attempt(templatesOf);
    } catch (error) {
      if (!(error instanceof NotAsked)) throw error;
      asked.set(error.agent.version, await marketplace.lockingTemplates(ctx, error.agent));
    }
  }
};

/**
 * Changes an agent and tells which templates that concerns. An attempt that comes to that point is undone, the marketplace
 * asked, and the change attempted anew: nobody waits for the network under the agent's lock, and nobody is asked for what is
 * refused, unchanged or answered before.
 */
export const changeTellingTemplates = async <T>(
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  change: (trx: TenantTransaction<DB>, before: Agent, templatesOf: TemplatesOf) => Promise<T>,
  options: { readonly dryRun: boolean },
): Promise<T> =>
  await tellingTemplates(deps, ctx, (templatesOf) =>
    changeAgent(deps, ctx, agentId, (trx, before) => change(trx, before, templatesOf), options),
  );
