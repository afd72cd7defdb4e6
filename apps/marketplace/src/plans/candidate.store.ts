import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";

/** A version of a template that a range may stand for, with what tells its dependencies. */
export interface CandidateRow extends TemplateAddress {
  readonly version: string;
  readonly digest: string;
  readonly status: string;
  readonly isDeprecated: boolean;
  readonly isPublic: boolean;
  readonly dependencies: unknown;
  /** Of steps that stand inline. */
  readonly agentIds: readonly unknown[];
  /** Of the file that holds the steps otherwise. */
  readonly stepsDigest: string | null;
}

interface Row {
  readonly tenant_id: string;
  readonly template_id: string;
  readonly version: string;
  readonly digest: string;
  readonly status: string;
  readonly template_status: string;
  readonly visibility: string;
  readonly dependencies: unknown;
  readonly agent_ids: unknown[];
  readonly steps_digest: string | null;
}

/** How candidates are read: under a caller's settings. */
export type ReadRows = <Result>(statement: ReturnType<typeof sql<Result>>) => Promise<Result[]>;

/** Reads what everybody has committed. */
export const readCommitted =
  (db: Database<DB>, scope: TenantScope): ReadRows =>
  (statement) =>
    readInTenant(db, scope, (query: Kysely<DB>) => ({ compile: () => statement.compile(query) }));

/** Reads what a transaction has written as well. */
export const readWithin =
  (trx: TenantTransaction<DB>): ReadRows =>
  async (statement) =>
    (await statement.execute(trx)).rows;

const keysOf = (addresses: readonly TemplateAddress[]) => ({
  tenants: addresses.map(({ tenant }) => tenant),
  ids: addresses.map(({ templateId }) => templateId),
});

/** The highest versions that can be had of each template the caller may see. Nobody builds on what is disabled. */
export const findCandidates = async (
  read: ReadRows,
  addresses: readonly TemplateAddress[],
  versionsMax: number,
): Promise<CandidateRow[]> => {
  const { tenants, ids } = keysOf(addresses);
  const rows = await read(
    sql<Row>`
      SELECT v.tenant_id, v.template_id, v.version, v.digest, v.status, t.status AS template_status, t.visibility,
             v.document::jsonb #> '{content,dependencies}' AS dependencies,
             jsonb_path_query_array(v.document::jsonb, '$.content.steps[*].agentId') AS agent_ids,
             (SELECT f ->> 'digest' FROM jsonb_path_query(v.document::jsonb, '$.files[*]') f
              WHERE NOT v.document::jsonb #> '{content}' ? 'steps'
                AND f ->> 'path' = v.document::jsonb #>> '{content,versionFile}' LIMIT 1) AS steps_digest
      FROM unnest(${tenants}::text[], ${ids}::text[]) AS w (tenant_id, template_id)
      JOIN templates t ON t.tenant_id = w.tenant_id AND t.template_id = w.template_id AND t.status <> 'disabled'
      CROSS JOIN LATERAL (
        SELECT * FROM template_versions v
        WHERE v.tenant_id = w.tenant_id AND v.template_id = w.template_id AND v.status IN ('active', 'deprecated')
        ORDER BY v.precedence DESC LIMIT ${versionsMax}) v
      ORDER BY v.precedence DESC`,
  );
  return rows.map((row) => ({
    tenant: row.tenant_id,
    templateId: row.template_id,
    version: row.version,
    digest: row.digest,
    status: row.status,
    isDeprecated: row.template_status === "deprecated",
    isPublic: row.visibility === "public",
    dependencies: row.dependencies,
    agentIds: row.agent_ids,
    stepsDigest: row.steps_digest,
  }));
};

/** Contents of files that hold steps, by template and digest. */
export const findStepFiles = async (
  read: ReadRows,
  files: readonly (TemplateAddress & { readonly digest: string })[],
): Promise<(TemplateAddress & { readonly digest: string; readonly content: Buffer })[]> => {
  const { tenants, ids } = keysOf(files);
  const digests = files.map(({ digest }) => digest);
  const rows = await read(
    sql<{ tenant_id: string; template_id: string; digest: string; content: Buffer }>`
      SELECT f.tenant_id, f.template_id, f.digest, f.content
      FROM unnest(${tenants}::text[], ${ids}::text[], ${digests}::text[]) AS w (tenant_id, template_id, digest)
      JOIN template_files f ON f.tenant_id = w.tenant_id AND f.template_id = w.template_id AND f.digest = w.digest`,
  );
  return rows.map(({ tenant_id, template_id, ...rest }) => ({ tenant: tenant_id, templateId: template_id, ...rest }));
};
