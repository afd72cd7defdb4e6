import { SemVer } from "@nofx/contract-kit";
import type { AgentVersionSummary } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import type { AgentAddress } from "./address.ts";
import { listVersions } from "./agent.store.ts";
import { visibleAgent } from "./get-agent.ts";

const cursors = cursorCodec("versions", SemVer);

/** Every version of an agent, highest first. */
export const listAgentVersions = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ versions: AgentVersionSummary[]; nextCursor?: string }> => {
  const before = cursors.decode(query.cursor);
  await visibleAgent(deps, ctx, address);
  const rows = await listVersions(deps.db, ctx, address, { before, limit: query.limit + 1 });
  const { items, ...rest } = toPage(rows, query.limit, ({ version }) => cursors.encode(version));
  return { versions: items, ...rest };
};
