import { type Kysely, sql } from "kysely";

/**
 * An effect that must take place at most once: the caller's idempotency key and how to answer what it may meet.
 * service-kit declares the same shape: the kits may not import each other, and a service hands the one to the other.
 */
export interface Once {
  readonly operation: string;
  readonly key: string;
  /** Hash of the request: the same key with another fingerprint is another request. */
  readonly fingerprint: string;
  /** Called when an earlier result is given back. */
  replayed(): void;
  /** Throws: the first request has not finished. */
  inFlight(): never;
  /** Throws: the key was used for another request. */
  reused(): never;
}

/** How long a key is remembered. */
const onceRetentionHours = 24;

/** Claims the key for this transaction; gives the earlier result if there is one. Never waits for another request. */
export const claimOnce = async <DB, T>(
  trx: Kysely<DB>,
  tenantId: string,
  once: Once,
): Promise<{ result: T } | undefined> => {
  const identity = JSON.stringify([tenantId, once.operation, once.key]);
  const lock = await sql<{
    free: boolean;
  }>`SELECT pg_try_advisory_xact_lock(hashtextextended(${identity}, 1)) AS free`.execute(trx);
  if (!lock.rows[0]?.free) once.inFlight();
  const found = await sql<{ fingerprint: string; result: T }>`
    SELECT fingerprint, result FROM idempotency_keys
    WHERE tenant_id = ${tenantId} AND operation = ${once.operation} AND key = ${once.key} AND expires_at > now()`.execute(
    trx,
  );
  const earlier = found.rows[0];
  if (!earlier) return undefined;
  if (earlier.fingerprint !== once.fingerprint) once.reused();
  once.replayed();
  return { result: earlier.result };
};

/** Remembers the result, in the transaction of the effect. */
export const storeOnce = async <DB>(trx: Kysely<DB>, tenantId: string, once: Once, result: unknown): Promise<void> => {
  await sql`
    INSERT INTO idempotency_keys (tenant_id, operation, key, fingerprint, result, expires_at)
    VALUES (${tenantId}, ${once.operation}, ${once.key}, ${once.fingerprint}, ${JSON.stringify(result)}, now() + make_interval(hours => ${onceRetentionHours}))
    ON CONFLICT (tenant_id, operation, key) DO UPDATE
      SET fingerprint = excluded.fingerprint, result = excluded.result, expires_at = excluded.expires_at`.execute(trx);
};
