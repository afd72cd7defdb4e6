import { randomUUID } from "node:crypto";
import type { AgentSummary, AgentVersionSummary } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import { isMcpServer, type Publication } from "@nofx/manifest";
import { precedenceKey, type StatusChange } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { CurrentVersion, DerivedFields } from "./agent.rules.ts";
import { type Agent, agentRow, toAgent, toVersion, versionColumns } from "./agent.store.ts";
import { statusColumns, withDependencies } from "./agent-state.store.ts";

/** An agent as it is in a transaction that holds its lock. */
export const findLocked = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
): Promise<Agent | undefined> => {
  const row = await agentRow(trx, tenant, agentId).executeTakeFirst();
  return row && toAgent(row);
};

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
  const { dependencies } = agent.fields;
  const dependsOn = dependencies.length > 0;
  const writer = dependsOn ? withDependencies(trx, agent.tenant, agent.agentId, dependencies) : trx;
  const row = await writer
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
  return toAgent(row);
};

/** What a change may set. The revision grows with each. */
export interface AgentChange {
  readonly visibility?: AgentSummary["visibility"] | undefined;
  /** The new current version, with all fields that follow from it. */
  readonly current?: CurrentVersion | undefined;
  readonly status?: StatusChange<AgentSummary["status"], AgentSummary["successor"]> | undefined;
}

export const updateAgent = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  at: Date,
  change: AgentChange,
): Promise<Agent> => {
  const { current } = change;
  const mayDepend = current && (current.hadDependencies !== false || current.fields.dependencies.length > 0);
  const writer = mayDepend ? withDependencies(trx, tenant, agentId, current.fields.dependencies) : trx;
  const row = await writer
    .updateTable("agent_registry")
    .set((eb) => ({
      revision: eb("revision", "+", "1"),
      updated_at: at,
      ...(change.visibility && { visibility: change.visibility }),
      ...(change.current && {
        current_version: change.current.version,
        current_since: at,
        published_at: change.current.publishedAt,
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
