import { AgentUsageDay } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { listAgentDays } from "./agent-usage.store.ts";

/** The database knows no year 0. */
const position = AgentUsageDay.pick({ tenant: true, agentId: true, version: true, sample: true }).extend({
  day: AgentUsageDay.shape.day.regex(/^(?!0000)/),
});
const cursors = cursorCodec("agent-usage", position);

/** What versions of all tenants' agents did on days, by name. @throws cursor_invalid */
export const listAgentUsage = async (
  deps: Deps,
  ctx: RequestContext,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ days: AgentUsageDay[]; nextCursor?: string }> => {
  const rows = await listAgentDays(deps.db, ctx, { after: cursors.decode(cursor), limit: limit + 1 });
  const { items, ...rest } = toPage(rows, limit, (day) => cursors.encode(position.parse(day)));
  return { days: items, ...rest };
};
