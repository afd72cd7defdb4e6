import { randomUUID } from "node:crypto";
import type { AgentSummary, AgentVersionDocument, AgentVersionSummary } from "@nofx/contract-registry";
import { scopeOf, type TenantTransaction } from "@nofx/db-kit";
import { isMcpServer, type Publication, precedenceKey } from "@nofx/manifest";
import { boundElsewhere } from "@nofx/service-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { StatusChange } from "../lifecycle/lifecycle.rules.ts";
import type { DerivedFields, PublishedVersion } from "./agent.rules.ts";
import { type Agent, agentRow, toAgent, toVersion, versionColumns, versionRows } from "./agent.store.ts";
import { replaceDependencies, statusColumns } from "./agent-state.store.ts";

/**
 * Locks one agent, whether it exists yet or not, until the transaction ends. Other agents are not concerned. Every change
 * of an agent begins here: a token that is bound to other agents gets no further.
 */
export const lockAgent = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
): Promise<Agent | undefined> => {
  const { agents } = scopeOf(trx);
  if (agents && !agents.has(agentId)) throw boundElsewhere(agents);
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`agent ${tenant}/${agentId}`}, 0))`.execute(trx);
  const row = await agentRow(trx, tenant, agentId).executeTakeFirst();
  return row && toAgent(row);
};

/** A version with its document. Versions that differ only in build metadata are found by each other's name. */
export const findVersion = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  version: string,
): Promise<(PublishedVersion & { summary: AgentVersionSummary }) | undefined> => {
  const row = await trx
    .selectFrom("agent_versions")
    .select([...versionColumns, "document"])
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

const derivedColumns = (fields: DerivedFields, tenant: string, agentId: string) => ({
  name: fields.name,
  description: fields.description,
  capabilities: JSON.stringify(fields.capabilities),
  capability_ids: fields.capabilities.map(({ id }) => id),
  tags: [...fields.tags],
  metadata: JSON.stringify(fields.metadata),
  mcp_name: fields.mcp ? (fields.mcp.name ?? `${tenant}/${agentId}`) : null,
  model: fields.model,
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
      current_since: agent.at,
      ...derivedColumns(agent.fields, agent.tenant, agent.agentId),
      created_at: agent.at,
      updated_at: agent.at,
      published_at: agent.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  if (agent.fields.dependencies.length > 0) {
    await replaceDependencies(trx, agent.tenant, agent.agentId, agent.fields.dependencies);
  }
  return toAgent(row);
};

/** What a change may set. The revision grows with each. */
export interface AgentChange {
  readonly visibility?: AgentSummary["visibility"] | undefined;
  /** The new current version, with all fields that follow from it. */
  readonly current?: { readonly version: string; readonly fields: DerivedFields } | undefined;
  readonly status?: StatusChange<AgentSummary["status"], AgentSummary["successor"]> | undefined;
}

/** When a version was published: now, if it is about to be. */
const publishedAt = (tenant: string, agentId: string, version: string, now: Date) =>
  sql<Date>`coalesce((
    SELECT published_at FROM agent_versions
    WHERE tenant_id = ${tenant} AND agent_id = ${agentId} AND version = ${version}), ${now})`;

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
      ...(change.current && {
        current_version: change.current.version,
        current_since: at,
        published_at: publishedAt(tenant, agentId, change.current.version, at),
        ...derivedColumns(change.current.fields, tenant, agentId),
      }),
      ...(change.status && {
        ...statusColumns(change.status),
        successor_tenant: change.status.successor?.tenant ?? null,
        successor_agent: change.status.successor?.agentId ?? null,
      }),
    }))
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (change.current) await replaceDependencies(trx, tenant, agentId, change.current.fields.dependencies);
  return toAgent(row);
};

export const insertVersion = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  publication: Publication,
  origin: {
    readonly publishedBy: string;
    readonly sourceCommit: string | undefined;
    readonly at: Date;
    readonly status?: "draft" | undefined;
  },
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
      status: origin.status ?? "active",
      is_mcp: isMcpServer(publication.document),
      commit_sha: origin.sourceCommit ?? null,
      published_at: origin.at,
      published_by: origin.publishedBy,
    })
    .returning(versionColumns)
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
