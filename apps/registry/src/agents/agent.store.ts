import type { AgentDetail, AgentSummary, AgentVersionSummary } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { precedenceKey } from "@nofx/versioning";
import type { Kysely, Selectable } from "kysely";
import type { AgentRegistry, AgentVersions, DB } from "../db/schema.gen.ts";

/** An agent with what its ETag needs. */
export interface Agent {
  readonly summary: AgentSummary;
  readonly detail: Pick<AgentDetail, "metadata" | "ownerId" | "createdAt">;
  readonly revision: string;
  /** When the current version became that. */
  readonly currentSince: string;
}

/** The part of a status that agents and versions have alike; columns that are not set say nothing. */
export const statusDetails = (row: { readonly status_reason: string | null; readonly deprecated_at: Date | null }) => ({
  ...(row.status_reason !== null && { statusReason: row.status_reason }),
  ...(row.deprecated_at !== null && { deprecatedAt: row.deprecated_at.toISOString() }),
});

/** A row of agent_registry as the domain knows it. */
export const toAgent = (row: Selectable<AgentRegistry>): Agent => ({
  summary: {
    id: row.id,
    tenant: row.tenant_id,
    agentId: row.agent_id,
    name: row.name,
    ...(row.description !== null && { description: row.description }),
    status: row.status as AgentSummary["status"],
    ...statusDetails(row),
    ...(row.successor_tenant !== null &&
      row.successor_agent !== null && {
        successor: { tenant: row.successor_tenant, agentId: row.successor_agent },
      }),
    visibility: row.visibility as AgentSummary["visibility"],
    currentVersion: row.current_version,
    capabilities: row.capabilities as AgentSummary["capabilities"],
    tags: row.tags,
    updatedAt: row.updated_at.toISOString(),
    ...(row.owner !== null && { owner: row.owner }),
    ...(row.model !== null && { model: row.model }),
    publishedAt: row.published_at.toISOString(),
  },
  detail: {
    metadata: row.metadata as Record<string, unknown>,
    ownerId: row.owner_id,
    createdAt: row.created_at.toISOString(),
  },
  revision: row.revision,
  currentSince: row.current_since.toISOString(),
});

export type VersionRow = Omit<
  Selectable<AgentVersions>,
  "document" | "manifest" | "precedence" | "tenant_id" | "agent_id" | "is_mcp"
>;

export const toVersion = (row: VersionRow): AgentVersionSummary => ({
  id: row.id,
  version: row.version,
  status: row.status as AgentVersionSummary["status"],
  ...statusDetails(row),
  ...(row.successor !== null && { successor: row.successor }),
  digest: row.digest,
  checksum: row.digest,
  publishedAt: row.published_at.toISOString(),
  publishedBy: row.published_by,
  ...(row.commit_sha !== null && { sourceCommit: row.commit_sha }),
});

/** What a version's summary is made of. */
export const versionColumns = [
  "id",
  "version",
  "status",
  "status_reason",
  "deprecated_at",
  "successor",
  "digest",
  "commit_sha",
  "published_at",
  "published_by",
] as const;

export const agentRow = (query: Kysely<DB>, tenant: string, agentId: string) =>
  query.selectFrom("agent_registry").selectAll().where("tenant_id", "=", tenant).where("agent_id", "=", agentId);

export const versionRows = (query: Kysely<DB>, tenant: string, agentId: string) =>
  query
    .selectFrom("agent_versions")
    .select(versionColumns)
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .orderBy("precedence", "desc");

export const findAgent = async (
  db: Database<DB>,
  scope: TenantScope,
  tenant: string,
  agentId: string,
): Promise<Agent | undefined> => {
  const [row] = await readInTenant(db, scope, (query) => agentRow(query, tenant, agentId));
  return row && toAgent(row);
};

/** An agent's versions by falling precedence, below `before` if that is given. */
export const listVersions = async (
  db: Database<DB>,
  scope: TenantScope,
  agent: { readonly tenant: string; readonly agentId: string },
  page: { readonly before?: string | undefined; readonly limit: number },
): Promise<AgentVersionSummary[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const versions = versionRows(query, agent.tenant, agent.agentId).limit(page.limit);
    return page.before === undefined ? versions : versions.where("precedence", "<", precedenceKey(page.before));
  });
  return rows.map(toVersion);
};

/** The canonical text of a version, as it was published, and the version's summary. */
export const findDocument = async (
  db: Database<DB>,
  scope: TenantScope,
  agent: { readonly tenant: string; readonly agentId: string },
  version: string,
): Promise<{ text: string; digest: string; summary: AgentVersionSummary } | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("agent_versions")
      .select([...versionColumns, "document"])
      .where("tenant_id", "=", agent.tenant)
      .where("agent_id", "=", agent.agentId)
      .where("version", "=", version),
  );
  if (!row) return undefined;
  const { document: text, ...summary } = row;
  return { text, digest: row.digest, summary: toVersion(summary) };
};

export const findFile = async (
  db: Database<DB>,
  scope: TenantScope,
  agent: { readonly tenant: string; readonly agentId: string },
  digest: string,
): Promise<Buffer | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("agent_files")
      .select("content")
      .where("tenant_id", "=", agent.tenant)
      .where("agent_id", "=", agent.agentId)
      .where("digest", "=", digest),
  );
  return row?.content;
};
