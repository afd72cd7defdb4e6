import { sql } from "kysely";
import type { TenantTransaction, WriteScope } from "./tenant.ts";

/** Something that somebody did, as it goes into the audit log. */
export interface AuditEvent {
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly version?: string | undefined;
  readonly reason?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  /** The change that `recordChange` gave for it. */
  readonly changeId?: string | undefined;
}

/** Appends to the tenant's audit log, in the transaction of the effect, and leaves word for the sealing, in one statement. */
export const recordAudit = async <DB>(
  trx: TenantTransaction<DB>,
  scope: WriteScope,
  at: Date,
  event: AuditEvent,
): Promise<void> => {
  await sql`
    WITH entry AS (
      INSERT INTO audit_log (tenant_id, at, actor, action, resource_type, resource_id, version, reason, details, correlation_id, change_id)
      VALUES (${scope.tenantId}, ${at}, ${scope.subject}, ${event.action}, ${event.resourceType}, ${event.resourceId},
              ${event.version ?? null}, ${event.reason ?? null}, ${JSON.stringify(event.details ?? {})},
              ${scope.correlationId}, ${event.changeId ?? null})
      RETURNING tenant_id, id
    )
    INSERT INTO audit_unsealed (tenant_id, audit_id) SELECT tenant_id, id FROM entry`.execute(trx);
};
