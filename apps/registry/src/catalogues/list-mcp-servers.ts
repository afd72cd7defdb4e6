import { ResourceId, TenantId } from "@nofx/contract-kit";
import type { McpServerEntry } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { serverAddress, serverEntry } from "./catalogue.rules.ts";
import { findMcpVersions, listMcpVersions } from "./catalogue.store.ts";

const position = z.object({ name: z.string(), tenant: TenantId, agentId: ResourceId, precedence: z.string() });

export interface McpServers {
  readonly servers: McpServerEntry[];
  readonly metadata: { readonly count: number; readonly nextCursor?: string };
}

interface McpQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly search?: string | undefined;
  readonly updated_since?: string | undefined;
  readonly version?: string | undefined;
}

/** Every version of every public MCP server, by name. */
export const listMcpServers = async (deps: Deps, ctx: RequestContext, query: McpQuery): Promise<McpServers> => {
  const { search, updated_since: updatedSince, version, limit } = query;
  const cursors = cursorCodec(`mcp servers ${JSON.stringify([search, updatedSince, version])}`, position);
  const page = { after: cursors.decode(query.cursor), limit: limit + 1 };
  const rows = await listMcpVersions(deps.db, ctx, { search, updatedSince, version }, page);
  const { items, ...rest } = toPage(rows, limit, ({ claimedName, tenant, agentId, precedence }) =>
    cursors.encode({ name: claimedName, tenant, agentId, precedence }),
  );
  return { servers: items.map(serverEntry), metadata: { count: items.length, ...rest } };
};

/** The highest 100 versions of one server. */
export const listMcpServerVersions = async (
  deps: Deps,
  ctx: RequestContext,
  serverName: string,
): Promise<McpServers> => {
  const found = await findMcpVersions(deps.db, ctx, serverAddress(serverName), { limit: 100 });
  if (found.length === 0) throw problem("server_not_found");
  return { servers: found.map(serverEntry), metadata: { count: found.length } };
};

/** One version of a server. */
export const getMcpServerVersion = async (
  deps: Deps,
  ctx: RequestContext,
  serverName: string,
  version: string,
): Promise<McpServerEntry> => {
  const address = serverAddress(serverName);
  const [found] = await findMcpVersions(deps.db, ctx, address, { version, limit: 1 });
  if (found) return serverEntry(found);
  const [any] = await findMcpVersions(deps.db, ctx, address, { limit: 1 });
  throw problem(any ? "version_not_found" : "server_not_found");
};
