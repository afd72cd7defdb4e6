import type { OperationInput } from "@nofx/contract-kit";
import type { listAgents as ListAgents, ListedAgent } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { listName, positionOf, selections, sparse } from "./agent-list.rules.ts";
import { type Listed, listPart } from "./agent-list.store.ts";

/** The caller's own agents, then everybody else's public ones. */
export const listAgents = async (
  deps: Deps,
  ctx: RequestContext,
  query: OperationInput<typeof ListAgents>["query"],
): Promise<{ agents: ListedAgent[]; nextCursor?: string }> => {
  const cursors = cursorCodec(listName(query), positionOf(query));
  const after = cursors.decode(query.cursor);
  const wanted = query.limit + 1;
  const found: Listed[] = [];
  const parts = selections(query, ctx.tenantId);
  const rest = after ? parts.filter(({ part }) => part === after.part || part === "others") : parts;
  for (const selection of rest) {
    if (found.length >= wanted) break;
    const start = after?.part === selection.part ? after : undefined;
    found.push(...(await listPart(deps.db, ctx, selection, { after: start, limit: wanted - found.length })));
  }
  const { items, ...next } = toPage(found, query.limit, ({ position }) => cursors.encode(position));
  return { agents: items.map(({ agent }) => sparse(agent.summary, query.fields)), ...next };
};
