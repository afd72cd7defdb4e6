import type { AuditEntry } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { z } from "zod";
import { findAgent } from "../agents/agent.store.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { listEntries } from "./audit.store.ts";

const position = z.string().regex(/^\d{1,18}$/);
/** A cursor is good for the filter it was made with. */
const cursorsFor = (action: string | undefined) =>
  cursorCodec(action === undefined ? "audit" : `audit ${action}`, position);

/** What was done to one of the tenant's own agents. */
export const listAgentAudit = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  query: { readonly limit: number; readonly cursor?: string | undefined; readonly action?: string | undefined },
): Promise<{ entries: AuditEntry[]; nextCursor?: string }> => {
  const cursors = cursorsFor(query.action);
  const before = cursors.decode(query.cursor);
  const agent = await findAgent(deps.db, ctx, ctx.tenantId, agentId);
  if (!agent) throw problem("agent_not_found");
  const rows = await listEntries(
    deps.db,
    ctx,
    { type: "agent", id: agentId },
    { before, limit: query.limit + 1, action: query.action },
  );
  const { items, ...rest } = toPage(rows, query.limit, (entry) => cursors.encode(entry.id));
  return { entries: items, ...rest };
};
