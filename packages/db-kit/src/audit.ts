import { type RawBuilder, sql } from "kysely";
import type { TenantTransaction, WriteScope } from "./tenant.ts";

/** Something that somebody did, as it goes into the audit log. */
export interface AuditEvent {
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly version?: string | undefined;
  readonly reason?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Two parts of a statement: the audit entry, and the word for the sealing that it waits. `changeId` is its change's. */
export const auditEntry = (
  scope: WriteScope,
  at: Date,
  event: AuditEvent,
  changeId: string | null,
): { readonly entry: RawBuilder<unknown>; readonly word: RawBuilder<unknown> } => ({
  entry: sql`
    entry AS (
      INSERT INTO audit_log (tenant_id, at, actor, action, resource_type, resource_id, version, reason, details, correlation_id, change_id)
      VALUES (${scope.tenantId}, ${at}, ${scope.subject}, ${event.action}, ${event.resourceType}, ${event.resourceId},
              ${event.version ?? null}, ${event.reason ?? null}, ${JSON.stringify(event.details ?? {})},
              ${scope.correlationId}, ${changeId})
      RETURNING tenant_id, id
    )`,
  word: sql`INSERT INTO audit_unsealed (tenant_id, audit_id) SELECT tenant_id, id FROM entry`,
});

/**
 * Appends to the tenant's audit log, in the transaction of the effect. For what others need not learn of; `recordEvent`
 * tells the feed, too.
 */
export const recordAudit = async <DB>(
  trx: TenantTransaction<DB>,
  scope: WriteScope,
  at: Date,
  event: AuditEvent,
): Promise<void> => {
  const { entry, word } = auditEntry(scope, at, event, null);
  await sql`WITH ${entry} ${word}`.execute(trx);
};
