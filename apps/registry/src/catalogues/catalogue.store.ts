import type { AgentSummary } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import { toAgent } from "../agents/agent.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { McpVersion, serverAddress } from "./catalogue.rules.ts";

/** Public agents that are not disabled, most recently updated first. */
export const listPublicAgents = async (
  db: Database<DB>,
  scope: TenantScope,
  limit: number,
): Promise<AgentSummary[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("agent_registry")
      .selectAll()
      .where("visibility", "=", "public")
      .where("status", "<>", "disabled")
      .orderBy("updated_at", "desc")
      .orderBy("tenant_id", "desc")
      .orderBy("agent_id", "desc")
      .limit(limit),
  );
  return rows.map((row) => toAgent(row).summary);
};

/** Whether nobody else claimed the name before; several agents may claim one. */
const holdsName = sql<boolean>`NOT EXISTS (
  SELECT FROM agent_registry o
  WHERE o.mcp_name = a.mcp_name AND o.visibility = 'public' AND o.status <> 'disabled'
    AND (o.created_at, o.tenant_id, o.agent_id) < (a.created_at, a.tenant_id, a.agent_id))`;

/** Public agents that are MCP servers. */
const mcpAgents = (query: Kysely<DB>) =>
  query
    .selectFrom("agent_registry as a")
    .selectAll("a")
    .where("a.visibility", "=", "public")
    .where("a.mcp_name", "is not", null)
    .where("a.status", "<>", "disabled");

/** Their versions, with the server.json that they came from. */
const mcpVersions = (query: Kysely<DB>, agents: ReturnType<typeof mcpAgents>) =>
  query
    .selectFrom(agents.as("a"))
    .innerJoin("agent_versions as v", (join) =>
      join.onRef("v.tenant_id", "=", "a.tenant_id").onRef("v.agent_id", "=", "a.agent_id"),
    )
    .leftJoin("agent_files as f", (join) =>
      join
        .onRef("f.tenant_id", "=", "v.tenant_id")
        .onRef("f.agent_id", "=", "v.agent_id")
        .on(sql<boolean>`f.digest = v.manifest #>> '{origin,digest}' AND v.manifest #>> '{origin,format}' = 'mcp'`),
    )
    .select([
      "a.tenant_id",
      "a.agent_id",
      "a.mcp_name",
      "a.current_version",
      "a.status as agent_status",
      "a.updated_at",
    ])
    .select(["v.version", "v.status", "v.published_at", "v.document", "v.precedence", "f.content"])
    .select(holdsName.as("holds_name"))
    .where("v.is_mcp", "=", true)
    .where("v.status", "in", ["active", "deprecated"]);

type Row = Awaited<ReturnType<ReturnType<typeof mcpVersions>["execute"]>>[number];

const toMcpVersion = (row: Row): McpVersion & { readonly precedence: string } => ({
  tenant: row.tenant_id,
  agentId: row.agent_id,
  claimedName: row.mcp_name ?? "",
  holdsName: row.holds_name,
  currentVersion: row.current_version,
  version: row.version,
  isDeprecated: row.agent_status === "deprecated" || row.status === "deprecated",
  publishedAt: row.published_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  document: JSON.parse(row.document),
  original: row.content?.toString("utf8"),
  precedence: row.precedence,
});

/** Where a page of servers ended. */
export interface McpPosition {
  readonly name: string;
  readonly tenant: string;
  readonly agentId: string;
  readonly precedence: string;
}

export interface McpFilter {
  readonly search?: string | undefined;
  readonly updatedSince?: string | undefined;
  /** `latest`: the current one of each. */
  readonly version?: string | undefined;
}

/** The agents that a list looks at, in its order. */
const listedAgents = (query: Kysely<DB>, { search, updatedSince }: McpFilter, after: McpPosition | undefined) => {
  let agents = mcpAgents(query);
  if (search !== undefined) {
    const part = search.toLowerCase();
    agents = agents.where(
      sql<boolean>`(strpos(lower(a.mcp_name), ${part}) > 0 OR strpos(a.tenant_id || '/' || a.agent_id, ${part}) > 0)`,
    );
  }
  if (updatedSince !== undefined) agents = agents.where("a.updated_at", ">=", new Date(updatedSince));
  if (after) {
    agents = agents.where(
      sql<boolean>`(a.mcp_name, a.tenant_id, a.agent_id) >= (${after.name}, ${after.tenant}, ${after.agentId})`,
    );
  }
  // With OFFSET the order is made before the join, and the join stops at the end of the page.
  return agents.orderBy("a.mcp_name").orderBy("a.tenant_id").orderBy("a.agent_id").offset(sql<number>`0`);
};

export const listMcpVersions = async (
  db: Database<DB>,
  scope: TenantScope,
  filter: McpFilter,
  page: { readonly after: McpPosition | undefined; readonly limit: number },
) => {
  const { version } = filter;
  const { after } = page;
  const rows = await readInTenant(db, scope, (query) => {
    let found = mcpVersions(query, listedAgents(query, filter, after));
    if (version === "latest") found = found.whereRef("v.version", "=", "a.current_version");
    else if (version !== undefined) found = found.where("v.version", "=", version);
    if (after) {
      const { name, tenant, agentId, precedence } = after;
      found = found.where(
        sql<boolean>`((a.mcp_name, a.tenant_id, a.agent_id) <> (${name}, ${tenant}, ${agentId}) OR v.precedence > ${precedence})`,
      );
    }
    return found
      .orderBy("a.mcp_name")
      .orderBy("a.tenant_id")
      .orderBy("a.agent_id")
      .orderBy("v.precedence")
      .limit(page.limit);
  });
  return rows.map(toMcpVersion);
};

/** Versions of one server, the highest first; `version` narrows them to one, `latest` to the current one. */
export const findMcpVersions = async (
  db: Database<DB>,
  scope: TenantScope,
  address: ReturnType<typeof serverAddress>,
  options: { readonly version?: string | undefined; readonly limit: number },
): Promise<McpVersion[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const all = mcpAgents(query);
    const agents =
      "claimedName" in address
        ? all.where("a.mcp_name", "=", address.claimedName).where(holdsName)
        : all.where("a.tenant_id", "=", address.tenant).where("a.agent_id", "=", address.agentId);
    const found = mcpVersions(query, agents);
    const { version } = options;
    const some =
      version === "latest"
        ? found.whereRef("v.version", "=", "a.current_version")
        : version === undefined
          ? found
          : found.where("v.version", "=", version);
    return some.orderBy("v.precedence", "desc").limit(options.limit);
  });
  return rows.map(toMcpVersion);
};
