import { sql } from "kysely";
import { v7 as uuidv7 } from "uuid";
import { auditEntry } from "./audit.ts";
import { noteChange, type TenantTransaction, type WriteScope } from "./tenant.ts";

/** A state change, as it goes into the feed and the audit log. */
export interface StateEvent {
  /** Whose resource it is, if not the caller's: its change is theirs, the audit entry remains the caller's. */
  readonly owner?: string | undefined;
  /** The change's type, and the audit entry's action. */
  readonly type: string;
  /** Whether other tenants may read of it in the feed. */
  readonly visibility: "private" | "public";
  readonly resourceType: string;
  readonly resourceId: string;
  readonly version?: string | undefined;
  /** For the feed. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** For the audit log. */
  readonly reason?: string | undefined;
  /** For the audit log, which only the tenant reads; default: `data`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Writes a change into the outbox and its entry into the audit log, in the transaction of the effect and in one
 * statement. The sequencer gives the one its place in the feed, the sealing the other its place in the chain.
 * @returns the change's id, which the audit entry names too.
 */
export const recordEvent = async <DB>(
  trx: TenantTransaction<DB>,
  scope: WriteScope,
  at: Date,
  event: StateEvent,
): Promise<string> => {
  const id = uuidv7();
  const { data = {}, details = data, owner = scope.tenantId } = event;
  const { entry, word } = auditEntry(scope, at, { ...event, action: event.type, details }, id);
  await sql`
    WITH change AS (
      INSERT INTO outbox (change_id, tenant_id, visibility, type, resource_type, resource_id, version, data, at, correlation_id)
      VALUES (${id}, ${owner}, ${event.visibility}, ${event.type}, ${event.resourceType}, ${event.resourceId},
              ${event.version ?? null}, ${JSON.stringify(data)}, ${at}, ${scope.correlationId})
    ), ${entry} ${word}`.execute(trx);
  noteChange(trx, { id, type: event.type, tenantId: owner, visibility: event.visibility });
  return id;
};

/** A change that is nobody's act: for the feed, and not for the audit log. */
export interface FeedEvent extends Omit<StateEvent, "owner" | "reason" | "details"> {
  readonly owner: string;
}

/**
 * Writes changes into the outbox, in their order and in the transaction of what they tell. For what services add up or
 * derive; what somebody does goes through `recordEvent`.
 */
export const recordChanges = async <DB>(
  trx: TenantTransaction<DB>,
  { correlationId }: Pick<WriteScope, "correlationId">,
  at: Date,
  events: readonly FeedEvent[],
): Promise<void> => {
  if (events.length === 0) return;
  const rows = events.map((event) => ({ id: uuidv7(), ...event }));
  const column = (of: (row: (typeof rows)[number]) => string | null) => rows.map(of);
  await sql`
    INSERT INTO outbox (change_id, tenant_id, visibility, type, resource_type, resource_id, version, data, at, correlation_id)
    SELECT id, tenant, visibility, type, resource_type, resource_id, version, data, ${at}, ${correlationId}
    FROM unnest(
      ${column(({ id }) => id)}::uuid[], ${column(({ owner }) => owner)}::text[],
      ${column(({ visibility }) => visibility)}::text[], ${column(({ type }) => type)}::text[],
      ${column(({ resourceType }) => resourceType)}::text[], ${column(({ resourceId }) => resourceId)}::text[],
      ${column(({ version }) => version ?? null)}::text[], ${column(({ data = {} }) => JSON.stringify(data))}::jsonb[]
    ) WITH ORDINALITY AS e (id, tenant, visibility, type, resource_type, resource_id, version, data, place)
    ORDER BY place`.execute(trx);
  for (const { id, type, owner, visibility } of rows) noteChange(trx, { id, type, tenantId: owner, visibility });
};
