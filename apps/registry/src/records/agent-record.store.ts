import { type PublishedFile, recordLimits } from "@nofx/contract-kit";
import type { AgentRecord, AgentRecordKey } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { wordBytesMax } from "@nofx/document";
import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import { toAgent } from "../agents/agent.store.ts";
import type { AgentRegistry, DB } from "../db/schema.gen.ts";
import { type FileKey, type KnownAgent, usageDays } from "./agent-record.rules.ts";

/** A row of agent_registry with what lies in other tables. */
type RecordRow = Selectable<AgentRegistry> & {
  readonly entry_prompt: string | null;
  readonly files: readonly PublishedFile[];
  readonly dependencies: AgentRecord["dependencies"];
  readonly versions: AgentRecord["versions"];
  readonly version_count: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly others: number;
  readonly duration_ms: number;
  readonly last_at: Date | null;
};

/** The agents behind a place. */
export interface RecordPlace {
  readonly after: AgentRecordKey | undefined;
  readonly limit: number;
}

/** The agents of a page: those behind a place, or those that are named. */
export type RecordSelection = RecordPlace | { readonly keys: readonly AgentRecordKey[] };

/** Something of all agents behind a place, by tenant and id. */
const onPage = (columns: RawBuilder<unknown>, { after, limit }: RecordPlace): RawBuilder<unknown> => {
  const behind = after ? sql`WHERE (tenant_id, agent_id) > (${after.tenant}, ${after.agentId})` : sql``;
  return sql`SELECT ${columns} FROM agent_registry ${behind} ORDER BY tenant_id, agent_id LIMIT ${limit}`;
};

const selected = (selection: RecordSelection): RawBuilder<unknown> => {
  if ("keys" in selection) {
    const { keys } = selection;
    return sql`
      SELECT a.* FROM (
        SELECT DISTINCT * FROM unnest(${keys.map(({ tenant }) => tenant)}::text[],
          ${keys.map(({ agentId }) => agentId)}::text[]) AS w (tenant_id, agent_id)) w
      JOIN agent_registry a ON a.tenant_id = w.tenant_id AND a.agent_id = w.agent_id`;
  }
  return onPage(sql`*`, selection);
};

/** Of the current version of agent `a`. */
const current = sql`
  SELECT v.manifest ->> 'entryPrompt' AS entry_prompt, coalesce(v.document::json -> 'files', '[]') AS files
  FROM agent_versions v
  WHERE v.tenant_id = a.tenant_id AND v.agent_id = a.agent_id AND v.version = a.current_version`;

const dependencies = sql`
  SELECT coalesce(json_agg(json_build_object('tenant', d.on_tenant, 'agentId', d.on_agent, 'range', d.range)
           ORDER BY d.on_tenant, d.on_agent, d.range), '[]') AS dependencies
  FROM agent_dependencies d WHERE d.tenant_id = a.tenant_id AND d.agent_id = a.agent_id`;

const versions = sql`
  SELECT json_agg(json_build_object('version', v.version, 'status', v.status, 'publishedAt', v.published_at,
           'publishedBy', v.published_by) ORDER BY v.precedence DESC) AS versions
  FROM (
    SELECT * FROM agent_versions v WHERE v.tenant_id = a.tenant_id AND v.agent_id = a.agent_id
    ORDER BY v.precedence DESC LIMIT ${recordLimits.versionsMax}) v`;

const versionCount = sql`
  SELECT count(*)::int AS version_count FROM agent_versions v
  WHERE v.tenant_id = a.tenant_id AND v.agent_id = a.agent_id`;

const usage = (today: RawBuilder<unknown>) => sql`
  SELECT coalesce(sum(u.succeeded), 0)::float8 AS succeeded, coalesce(sum(u.failed), 0)::float8 AS failed,
         coalesce(sum(u.cancelled + u.invalid), 0)::float8 AS others,
         coalesce(sum(u.duration_ms), 0)::float8 AS duration_ms, max(u.last_at) AS last_at
  FROM agent_usage_days u
  WHERE u.tenant_id = a.tenant_id AND u.agent_id = a.agent_id
    AND u.day > ${today} - ${usageDays}::int AND u.day <= ${today}`;

/** All but the contents of files, of all agents of a page: one statement. Each agent's rows are looked up by its name. */
const recordsQuery = (selection: RecordSelection, now: Date) => sql<RecordRow>`
  WITH a AS MATERIALIZED (${selected(selection)})
  SELECT * FROM a
  CROSS JOIN LATERAL (${current}) c CROSS JOIN LATERAL (${dependencies}) d CROSS JOIN LATERAL (${versions}) v
  CROSS JOIN LATERAL (${versionCount}) n CROSS JOIN LATERAL (${usage(sql`${now.toISOString().slice(0, 10)}::date`)}) u
  ORDER BY a.tenant_id, a.agent_id`;

const toKnown = (row: RecordRow): KnownAgent => {
  const { summary, detail } = toAgent(row);
  return {
    summary,
    metadata: detail.metadata,
    createdAt: detail.createdAt,
    entryPrompt: row.entry_prompt ?? undefined,
    files: row.files,
    dependencies: row.dependencies,
    versions: row.versions.map((version) => ({
      ...version,
      publishedAt: new Date(version.publishedAt).toISOString(),
    })),
    versionCount: row.version_count,
    runs: {
      succeeded: row.succeeded,
      failed: row.failed,
      others: row.others,
      durationMs: row.duration_ms,
      lastAt: row.last_at?.toISOString(),
    },
  };
};

/** What is known of agents, by tenant and id. */
export const listKnownAgents = async (
  db: Database<DB>,
  scope: TenantScope,
  selection: RecordSelection,
  now: Date,
): Promise<KnownAgent[]> => {
  const rows = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () => recordsQuery(selection, now).compile(query),
  }));
  return rows.map(toKnown);
};

/** The beginnings of files, in one statement. */
export const findBeginnings = async (
  db: Database<DB>,
  scope: TenantScope,
  files: readonly FileKey[],
): Promise<(FileKey & { readonly content: Buffer })[]> => {
  if (files.length === 0) return [];
  return await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<FileKey & { readonly content: Buffer }>`
        SELECT w.tenant, w."agentId", w.digest, f.content
        FROM unnest(${files.map(({ tenant }) => tenant)}::text[], ${files.map(({ agentId }) => agentId)}::text[],
          ${files.map(({ digest }) => digest)}::text[]) AS w (tenant, "agentId", digest)
        CROSS JOIN LATERAL (
          SELECT substring(f.content FOR ${wordBytesMax}::int) AS content FROM agent_files f
          WHERE f.tenant_id = w.tenant AND f.agent_id = w."agentId" AND f.digest = w.digest) f`.compile(query),
  }));
};

/** The keys of agents, by tenant and id. */
export const listKeys = (db: Database<DB>, scope: TenantScope, place: RecordPlace): Promise<AgentRecordKey[]> =>
  readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<AgentRecordKey>`${onPage(sql`tenant_id AS tenant, agent_id AS "agentId"`, place)}`.compile(query),
  }));
