import type { AuditFacts, SealedEntry } from "@nofx/audit-chain";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { type ChainRow, type FactRow, factColumns, toFacts, toSealed } from "./audit-rows.ts";
import type { Database } from "./database.ts";
import type { TenantScope } from "./tenant.ts";
import { readInTenant } from "./tenant-read.ts";

/** Runs raw SQL under the caller's tenant. */
export const readRaw = <DB, Row>(db: Database<DB>, scope: TenantScope, query: RawBuilder<Row>): Promise<Row[]> =>
  readInTenant(db, scope, (builder) => ({ compile: () => query.compile(builder as Kysely<unknown>) }));

/** Which audit entries: those to which everything given applies. */
export interface AuditFilter {
  readonly resourceType?: string | undefined;
  /** Only together with a type. */
  readonly resourceId?: string | undefined;
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  /** RFC 3339; at this time or later. */
  readonly since?: string | undefined;
  /** RFC 3339; before this time. */
  readonly until?: string | undefined;
}

/** Where a page of the audit log ends. */
export interface AuditKey {
  readonly at: string;
  readonly id: string;
}

/** An entry, and its place in the chain once it has one. */
export interface ListedEntry extends AuditFacts {
  readonly details: Record<string, unknown>;
  readonly seal?: Pick<SealedEntry, "position" | "previousHash" | "hash">;
}

interface ListedRow extends FactRow {
  readonly details: Record<string, unknown>;
  readonly position: string | null;
  readonly previous_hash: string;
  readonly hash: string;
}

const toListed = (row: ListedRow): ListedEntry => ({
  ...toFacts(row),
  details: row.details,
  ...(row.position !== null && {
    seal: { position: Number(row.position), previousHash: row.previous_hash, hash: row.hash },
  }),
});

/** One page of a tenant's audit log, newest first, as a statement. Seals are looked up entry by entry: a join would read the whole chain. */
export const auditPageQuery = (
  tenantId: string,
  filter: AuditFilter,
  page: { readonly before: AuditKey | undefined; readonly limit: number },
): RawBuilder<unknown> => {
  const { resourceType, resourceId, action, actor, since, until } = filter;
  const conditions = [
    sql`a.tenant_id = ${tenantId}`,
    resourceType !== undefined && sql`a.resource_type = ${resourceType}`,
    resourceId !== undefined && sql`a.resource_id = ${resourceId}`,
    action !== undefined && sql`a.action = ${action}`,
    actor !== undefined && sql`a.actor = ${actor}`,
    since !== undefined && sql`a.at >= ${since}::timestamptz`,
    until !== undefined && sql`a.at < ${until}::timestamptz`,
    page.before && sql`(a.at, a.id) < (${page.before.at}::timestamptz, ${page.before.id}::bigint)`,
  ].filter((condition) => condition !== false && condition !== undefined);
  return sql`
    SELECT ${factColumns}, a.details, c.position, c.previous_hash, c.hash
    FROM audit_log a LEFT JOIN LATERAL (
      SELECT position, previous_hash, hash FROM audit_chain
      WHERE tenant_id = a.tenant_id AND audit_id = a.id LIMIT 1
    ) c ON true
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY a.at DESC, a.id DESC LIMIT ${page.limit}`;
};

/** A tenant's audit entries, newest first. */
export const listAudit = async <DB>(
  db: Database<DB>,
  scope: TenantScope,
  filter: AuditFilter,
  page: { readonly before: AuditKey | undefined; readonly limit: number },
): Promise<ListedEntry[]> => {
  const query = auditPageQuery(scope.tenantId, filter, page) as RawBuilder<ListedRow>;
  return (await readRaw(db, scope, query)).map(toListed);
};

/** A sealed entry, and its details as the database wrote them. */
export interface SealedRow {
  readonly sealed: SealedEntry;
  readonly detailsText: string;
}

/** The next sealed entries of a tenant's chain behind a position. */
export const readSealed = async <DB>(
  db: Database<DB>,
  scope: TenantScope,
  after: number,
  limit: number,
): Promise<SealedRow[]> => {
  const rows = await readRaw(
    db,
    scope,
    sql<ChainRow>`
      SELECT c.tenant_id, c.position, c.audit_id, c.previous_hash, c.hash, ${factColumns}
      FROM audit_chain c LEFT JOIN audit_log a ON a.tenant_id = c.tenant_id AND a.id = c.audit_id
      WHERE c.tenant_id = ${scope.tenantId} AND c.position > ${after} ORDER BY c.position LIMIT ${limit}`,
  );
  return rows.map((row) => ({ sealed: toSealed(row), detailsText: row.details_text ?? "null" }));
};

/** The seal at one position of a tenant's chain. */
export const findSeal = async <DB>(
  db: Database<DB>,
  scope: TenantScope,
  position: number,
): Promise<Pick<SealedEntry, "position" | "auditId" | "hash"> | undefined> => {
  const [seal] = await readRaw(
    db,
    scope,
    sql<{ audit_id: string; hash: string }>`
      SELECT audit_id, hash FROM audit_chain WHERE tenant_id = ${scope.tenantId} AND position = ${position}`,
  );
  return seal && { position, auditId: seal.audit_id, hash: seal.hash };
};

/** How many of a tenant's entries wait to be sealed. */
export const countUnsealed = async <DB>(db: Database<DB>, scope: TenantScope): Promise<number> => {
  const [row] = await readRaw(
    db,
    scope,
    sql<{ n: number }>`SELECT count(*)::int AS n FROM audit_unsealed WHERE tenant_id = ${scope.tenantId}`,
  );
  return row?.n ?? 0;
};

/** The first entry with an id in a range that is neither sealed nor waits to be: no service writes such a one. */
export const findStranger = async <DB>(
  db: Database<DB>,
  scope: TenantScope,
  ids: { readonly above: string; readonly upTo: string },
): Promise<string | undefined> => {
  const [row] = await readRaw(
    db,
    scope,
    sql<{ id: string }>`
      SELECT id FROM audit_log a
      WHERE tenant_id = ${scope.tenantId} AND id > ${ids.above} AND id <= ${ids.upTo}
        AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.tenant_id = a.tenant_id AND c.audit_id = a.id)
        AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.tenant_id = a.tenant_id AND u.audit_id = a.id)
      ORDER BY id LIMIT 1`,
  );
  return row?.id;
};
