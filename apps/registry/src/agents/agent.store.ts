import { randomUUID } from "node:crypto";
import type { OperationInput } from "@nofx/contract-kit";
import type {
  AgentDetail,
  AgentSummary,
  AgentVersionDocument,
  AgentVersionSummary,
  listAgents as ListAgents,
} from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Publication, precedenceKey } from "@nofx/manifest";
import { type Kysely, type Selectable, sql } from "kysely";
import type { AgentRegistry, AgentVersions, DB } from "../db/schema.gen.ts";
import type { DerivedFields, PublishedVersion } from "./agent.rules.ts";

/** An agent with what its ETag needs. */
export interface Agent {
  readonly summary: AgentSummary;
  readonly detail: Pick<AgentDetail, "metadata" | "ownerId" | "createdAt">;
  readonly revision: string;
}

const toAgent = (row: Selectable<AgentRegistry>): Agent => ({
  summary: {
    id: row.id,
    tenant: row.tenant_id,
    agentId: row.agent_id,
    name: row.name,
    ...(row.description !== null && { description: row.description }),
    status: row.status as AgentSummary["status"],
    visibility: row.visibility as AgentSummary["visibility"],
    currentVersion: row.current_version,
    capabilities: row.capabilities as AgentSummary["capabilities"],
    tags: row.tags,
    updatedAt: row.updated_at.toISOString(),
  },
  detail: {
    metadata: row.metadata as Record<string, unknown>,
    ownerId: row.owner_id,
    createdAt: row.created_at.toISOString(),
  },
  revision: row.revision,
});

type VersionRow = Omit<Selectable<AgentVersions>, "document" | "manifest" | "precedence" | "tenant_id" | "agent_id">;

const toVersion = (row: VersionRow): AgentVersionSummary => ({
  id: row.id,
  version: row.version,
  status: row.status as AgentVersionSummary["status"],
  digest: row.digest,
  checksum: row.digest,
  publishedAt: row.published_at.toISOString(),
  publishedBy: row.published_by,
  ...(row.commit_sha !== null && { sourceCommit: row.commit_sha }),
});

// Reads ---------------------------------------------------------------------------------------------------------------

const agentRow = (query: Kysely<DB>, tenant: string, agentId: string) =>
  query.selectFrom("agent_registry").selectAll().where("tenant_id", "=", tenant).where("agent_id", "=", agentId);

const versionRows = (query: Kysely<DB>, tenant: string, agentId: string) =>
  query
    .selectFrom("agent_versions")
    .select(["id", "version", "status", "digest", "commit_sha", "published_at", "published_by"])
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

/** The canonical text of a version, as it was published. */
export const findDocument = async (
  db: Database<DB>,
  scope: TenantScope,
  agent: { readonly tenant: string; readonly agentId: string },
  version: string,
): Promise<{ text: string; digest: string } | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("agent_versions")
      .select(["document as text", "digest"])
      .where("tenant_id", "=", agent.tenant)
      .where("agent_id", "=", agent.agentId)
      .where("version", "=", version),
  );
  return row;
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

export type AgentFilter = OperationInput<typeof ListAgents>["query"];

/** Where a page of agents ended: in which part of the list, and behind which agent. */
export interface AgentPosition {
  readonly part: "own" | "others";
  readonly updatedAt: string;
  readonly tenant: string;
  readonly agentId: string;
}

const filtered = (query: Kysely<DB>, filter: AgentFilter) => {
  let agents = query.selectFrom("agent_registry").selectAll();
  agents = filter.status ? agents.where("status", "=", filter.status) : agents.where("status", "<>", "disabled");
  if (filter.tenant) agents = agents.where("tenant_id", "=", filter.tenant);
  if (filter.tag) agents = agents.where("tags", "@>", sql<string[]>`ARRAY[${filter.tag}]`);
  if (filter.capability) agents = agents.where("capability_ids", "@>", sql<string[]>`ARRAY[${filter.capability}]`);
  if (filter.owner) agents = agents.where("owner", "=", filter.owner);
  if (filter.visibility) agents = agents.where("visibility", "=", filter.visibility);
  return agents;
};

/** One part of the list: the caller's own agents, or everybody else's public ones; most recently updated first. */
export const listPart = async (
  db: Database<DB>,
  scope: TenantScope,
  part: AgentPosition["part"],
  filter: AgentFilter,
  page: { readonly after: AgentPosition | undefined; readonly limit: number },
): Promise<Agent[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const all = filtered(query, filter);
    const some =
      part === "own"
        ? all.where("tenant_id", "=", scope.tenantId)
        : all
            .where("visibility", "=", "public")
            .where("tenant_id", "<>", scope.tenantId)
            .where("status", "<>", "disabled");
    const { after } = page;
    const rest = after
      ? some.where(
          sql<boolean>`(updated_at, tenant_id, agent_id) < (${after.updatedAt}, ${after.tenant}, ${after.agentId})`,
        )
      : some;
    return rest
      .orderBy("updated_at", "desc")
      .orderBy("tenant_id", "desc")
      .orderBy("agent_id", "desc")
      .limit(page.limit);
  });
  return rows.map(toAgent);
};

// Writes --------------------------------------------------------------------------------------------------------------

/** Locks one agent, whether it exists yet or not, until the transaction ends. Other agents are not concerned. */
export const lockAgent = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
): Promise<Agent | undefined> => {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`agent ${tenant}/${agentId}`}, 0))`.execute(trx);
  const row = await agentRow(trx, tenant, agentId).executeTakeFirst();
  return row && toAgent(row);
};

const versionColumns = [
  "id",
  "version",
  "status",
  "digest",
  "commit_sha",
  "published_at",
  "published_by",
  "document",
] as const;

/** A version with its document. Versions that differ only in build metadata are found by each other's name. */
export const findVersion = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  version: string,
): Promise<(PublishedVersion & { summary: AgentVersionSummary }) | undefined> => {
  const row = await trx
    .selectFrom("agent_versions")
    .select(versionColumns)
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .where("precedence", "=", precedenceKey(version))
    .executeTakeFirst();
  if (!row) return undefined;
  const { document, ...summary } = row;
  return {
    version: row.version,
    digest: row.digest,
    document: JSON.parse(document) as AgentVersionDocument,
    summary: toVersion(summary),
  };
};

export const highestVersions = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  limit: number,
): Promise<AgentVersionSummary[]> => (await versionRows(trx, tenant, agentId).limit(limit).execute()).map(toVersion);

const derivedColumns = (fields: DerivedFields) => ({
  name: fields.name,
  description: fields.description,
  capabilities: JSON.stringify(fields.capabilities),
  capability_ids: fields.capabilities.map(({ id }) => id),
  tags: [...fields.tags],
  metadata: JSON.stringify(fields.metadata),
});

export const insertAgent = async (
  trx: TenantTransaction<DB>,
  agent: {
    readonly tenant: string;
    readonly agentId: string;
    readonly ownerId: string;
    readonly visibility: AgentSummary["visibility"];
    readonly currentVersion: string;
    readonly fields: DerivedFields;
    readonly at: Date;
  },
): Promise<Agent> => {
  const row = await trx
    .insertInto("agent_registry")
    .values({
      tenant_id: agent.tenant,
      agent_id: agent.agentId,
      id: randomUUID(),
      owner_id: agent.ownerId,
      visibility: agent.visibility,
      current_version: agent.currentVersion,
      ...derivedColumns(agent.fields),
      created_at: agent.at,
      updated_at: agent.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAgent(row);
};

/** What a change may set. The revision grows with each. */
export interface AgentChange {
  readonly visibility?: AgentSummary["visibility"] | undefined;
  /** The new current version, with all fields that follow from it. */
  readonly current?: { readonly version: string; readonly fields: DerivedFields } | undefined;
}

export const updateAgent = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  at: Date,
  change: AgentChange,
): Promise<Agent> => {
  const row = await trx
    .updateTable("agent_registry")
    .set((eb) => ({
      revision: eb("revision", "+", "1"),
      updated_at: at,
      ...(change.visibility && { visibility: change.visibility }),
      ...(change.current && { current_version: change.current.version, ...derivedColumns(change.current.fields) }),
    }))
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAgent(row);
};

export const insertVersion = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  publication: Publication,
  origin: { readonly publishedBy: string; readonly sourceCommit: string | undefined; readonly at: Date },
): Promise<AgentVersionSummary> => {
  const { agentId, version } = publication.document;
  const row = await trx
    .insertInto("agent_versions")
    .values({
      tenant_id: tenant,
      agent_id: agentId,
      version,
      precedence: precedenceKey(version),
      id: randomUUID(),
      digest: publication.digest,
      document: publication.text,
      commit_sha: origin.sourceCommit ?? null,
      published_at: origin.at,
      published_by: origin.publishedBy,
    })
    .returning(["id", "version", "status", "digest", "commit_sha", "published_at", "published_by"])
    .executeTakeFirstOrThrow();
  if (publication.files.length > 0) {
    await trx
      .insertInto("agent_files")
      .values(
        publication.files.map(({ description, content }) => ({
          tenant_id: tenant,
          agent_id: agentId,
          digest: description.digest,
          content,
        })),
      )
      .onConflict((conflict) => conflict.columns(["tenant_id", "agent_id", "digest"]).doNothing())
      .execute();
  }
  return toVersion(row);
};
