import type { OperationInput } from "@nofx/contract-kit";
import type { listOutdatedTemplates as ListOutdatedTemplates, OutdatedTemplate } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { versionsLookup } from "../plans/look-up-versions.ts";
import { templatePosition } from "./campaign.rules.ts";
import { agentNamed } from "./find-target.ts";
import { listLocksOf, pageOfHolders } from "./holder.store.ts";
import { outdatedAgents, unknownAgents } from "./outdated.rules.ts";

type Query = OperationInput<typeof ListOutdatedTemplates>["query"];

/**
 * A page of the tenant's templates whose locks hold agents that are outdated, deprecated or gone. All agents of a page are
 * looked up at once. @throws dependency_unavailable
 */
export const listOutdatedTemplates = async (
  deps: Deps,
  ctx: RequestContext,
  { agent: agentId, tenant, reason, limit, cursor }: Query,
): Promise<{ templates: OutdatedTemplate[]; nextCursor?: string }> => {
  const cursors = cursorCodec(JSON.stringify(["outdated templates", agentId, tenant, reason]), templatePosition);
  const after = cursors.decode(cursor);
  const agent = agentId === undefined ? undefined : agentNamed(ctx, { agentId, tenant });
  const rows = await pageOfHolders(deps.db, ctx, { agent, after, limit: limit + 1 });
  const { items: holders, ...rest } = toPage(rows, limit, ({ templateId }) => cursors.encode(templateId));
  const locks = await listLocksOf(deps.db, ctx, holders);
  const lookup = versionsLookup(deps, ctx);
  const unknown = locks.flatMap(({ lock }) => unknownAgents(lock, lookup.known));
  const distinct = new Map(unknown.map((resource) => [`${resource.tenant}/${resource.id}`, resource]));
  await lookup.fetch([...distinct.values()]);
  const isAsked = (name: { tenant: string; agentId: string }): boolean =>
    !agent || (name.tenant === agent.tenant && name.agentId === agent.agentId);
  const byTemplate = Map.groupBy(locks, ({ templateId }) => templateId);
  const templates = holders.map(({ templateId, currentVersion: version }) => ({
    templateId,
    version,
    entries: (byTemplate.get(templateId) ?? [])
      .flatMap(({ environment, lock }) => outdatedAgents(lock, environment || undefined, lookup))
      .filter((entry) => isAsked(entry.agent) && (reason === undefined || entry.reasons.includes(reason))),
  }));
  return { templates: templates.filter(({ entries }) => entries.length > 0), ...rest };
};
