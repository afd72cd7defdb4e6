import { ResourceId, TenantId } from "@nofx/contract-kit";
import type { AgentSummary } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { Agent } from "./agent.store.ts";
import { type AgentFilter, type AgentPosition, listPart } from "./agent-list.store.ts";

const position = z.object({
  part: z.enum(["own", "others"]),
  updatedAt: z.iso.datetime(),
  tenant: TenantId,
  agentId: ResourceId,
});

/** A cursor is good for the filters it was made with. */
const cursorsFor = ({ limit: _size, cursor: _place, ...filter }: AgentFilter) =>
  cursorCodec(`agents ${JSON.stringify(filter, Object.keys(filter).sort())}`, position);

/** The caller's own agents, then everybody else's public ones. */
export const listAgents = async (
  deps: Deps,
  ctx: RequestContext,
  query: AgentFilter,
): Promise<{ agents: AgentSummary[]; nextCursor?: string }> => {
  const cursors = cursorsFor(query);
  const after = cursors.decode(query.cursor);
  const wanted = query.limit + 1;
  const found: { part: AgentPosition["part"]; agent: Agent }[] = [];
  const parts: AgentPosition["part"][] =
    after?.part === "others" || ctx.tenantId === "" ? ["others"] : ["own", "others"];
  for (const part of parts) {
    if (found.length >= wanted) break;
    const start = after?.part === part ? after : undefined;
    const agents = await listPart(deps.db, ctx, part, query, { after: start, limit: wanted - found.length });
    found.push(...agents.map((agent) => ({ part, agent })));
  }
  const { items, ...rest } = toPage(found, query.limit, ({ part, agent }) => {
    const { updatedAt, tenant, agentId } = agent.summary;
    return cursors.encode({ part, updatedAt, tenant, agentId });
  });
  return { agents: items.map(({ agent }) => agent.summary), ...rest };
};
