import { type AuditFacts, parseExactly, type SealedEntry } from "@nofx/audit-chain";
import { sql } from "kysely";

/** Columns of an audit row that its hash vouches for, of `audit_log AS a`. Details as the text that the database holds. */
export const factColumns = sql`a.id, a.at, a.actor, a.action, a.resource_type, a.resource_id, a.version, a.reason, a.details::text AS details_text, a.correlation_id, a.change_id`;

/** An audit row as `factColumns` selects it. */
export interface FactRow {
  readonly id: string;
  /** A number where somebody wrote `infinity`. */
  readonly at: Date | number;
  readonly actor: string;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly version: string | null;
  readonly reason: string | null;
  readonly details_text: string;
  readonly correlation_id: string;
  readonly change_id: string | null;
}

/** The same row where it may be gone. */
export type MaybeGone<Row> = { readonly [K in keyof Row]: Row[K] | null };

const timeText = (at: Date | number): string =>
  at instanceof Date && Number.isFinite(at.getTime()) ? at.toISOString() : String(at);

/** What an audit row says. */
export const toFacts = (row: FactRow): AuditFacts => ({
  id: row.id,
  at: timeText(row.at),
  actor: row.actor,
  action: row.action,
  resourceType: row.resource_type,
  resourceId: row.resource_id,
  ...(row.version !== null && { version: row.version }),
  ...(row.reason !== null && { reason: row.reason }),
  details: parseExactly(row.details_text),
  correlationId: row.correlation_id,
  ...(row.change_id !== null && { changeId: row.change_id }),
});

const isThere = (row: FactRow | MaybeGone<FactRow>): row is FactRow => row.id !== null;

/** What a row says, or `null` if it is gone. */
export const toFactsIfThere = (row: FactRow | MaybeGone<FactRow>): AuditFacts | null =>
  isThere(row) ? toFacts(row) : null;

/** The columns of `audit_chain` with the row that they are about. */
export type ChainRow = MaybeGone<FactRow> & {
  readonly tenant_id: string;
  readonly position: string;
  readonly audit_id: string;
  readonly previous_hash: string;
  readonly hash: string;
};

export const toSealed = (row: ChainRow): SealedEntry => ({
  tenant: row.tenant_id,
  position: Number(row.position),
  auditId: row.audit_id,
  previousHash: row.previous_hash,
  hash: row.hash,
  entry: toFactsIfThere(row),
});
