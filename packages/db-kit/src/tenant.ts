import type { Kysely, Transaction } from "kysely";
import { sql } from "kysely";
import pg from "pg";
import type { Database, RecordedChange } from "./database.ts";
import { claimOnce, type Once, storeOnce } from "./once.ts";
import { isStale } from "./prepared.ts";

/** On whose behalf a statement runs; row-level security policies read it. */
export interface TenantScope {
  /** Empty for an anonymous caller. */
  readonly tenantId: string;
  readonly subject: string;
  /** `service` sees all tenants' rows. */
  readonly role: "anonymous" | "member" | "operator" | "service";
}

/** What a write needs to know of its request. */
export interface WriteScope extends TenantScope {
  readonly correlationId: string;
  /** Present: the effect takes place at most once for this key. */
  readonly once?: Once | undefined;
}

declare const tenantScoped: unique symbol;
/** A transaction in which the settings of one tenant hold. Stores that write take nothing else. */
export type TenantTransaction<DB> = Transaction<DB> & { readonly [tenantScoped]: true };

const recorded = new WeakMap<object, RecordedChange[]>();

/** Notes a change on its transaction, to be announced after the commit. */
export const noteChange = (trx: object, change: RecordedChange): void => {
  recorded.get(trx)?.push(change);
};

/** How many changes a transaction has noted; with `kept`, forgets those behind the first so many. */
export const countChanges = (trx: object, kept?: number): number => {
  const changes = recorded.get(trx);
  if (changes && kept !== undefined) changes.length = kept;
  return changes?.length ?? 0;
};

const takeLock = (name: string, mode: "" | "_shared" = ""): string =>
  `SELECT pg_advisory_xact_lock${mode}(hashtextextended(${pg.escapeLiteral(name)}, 0))`;

/** Waits for a lock that ends with the transaction, in a write that needs more than the one it began with. */
export const lockUntilEnd = async <DB>(trx: TenantTransaction<DB>, name: string): Promise<void> => {
  await sql.raw(takeLock(name)).execute(trx);
};

/**
 * The same for many locks. They are taken in one order, whatever the order of the names: two who want some of the same
 * never wait for each other in a circle.
 */
export const lockAllUntilEnd = async <DB>(trx: TenantTransaction<DB>, names: Iterable<string>): Promise<void> => {
  const ordered = [...new Set(names)].sort();
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(${ordered}::text[]) AS name`.execute(
    trx,
  );
};

/** The same with others who share the lock: it keeps only those out who want it for themselves. */
export const shareLockUntilEnd = async <DB>(trx: TenantTransaction<DB>, name: string): Promise<void> => {
  await sql.raw(takeLock(name, "_shared")).execute(trx);
};

/** Begins a transaction with the caller's settings, and a lock, in one round trip, hence as literals. */
const beginAs = ({ tenantId, subject, role }: TenantScope, lock: string | undefined): string => {
  const [tenant, who, as] = [tenantId, subject, role].map((value) => pg.escapeLiteral(value));
  const settings = `set_config('app.tenant_id', ${tenant}, true), set_config('app.subject', ${who}, true), set_config('app.role', ${as}, true)`;
  return [`BEGIN; SELECT ${settings}`, ...(lock === undefined ? [] : [takeLock(lock)])].join("; ");
};

const commit = async <DB>(trx: Kysely<DB>): Promise<void> => {
  const { rows } = await sql<{ command: string }>`COMMIT`.execute(trx);
  // PostgreSQL's answer to the commit of a transaction in which a statement failed.
  if (rows[0]?.command === "ROLLBACK") throw new Error("A statement of the transaction failed, and the error was lost");
};

/** Runs work between BEGIN and COMMIT. If tables have changed since their statements were prepared, it runs again. */
const inTransaction = <DB, T>(
  db: Database<DB>,
  begin: string,
  work: (trx: TenantTransaction<DB>) => Promise<T>,
): Promise<T> =>
  db.kysely.connection().execute(async (connection) => {
    const attempt = async (): Promise<T> => {
      try {
        await sql.raw(begin).execute(connection);
        const result = await work(connection as TenantTransaction<DB>);
        await commit(connection);
        return result;
      } catch (error) {
        // Where this fails, too, the connection is broken, and the pool gives it up.
        await sql`ROLLBACK`.execute(connection).catch(() => undefined);
        throw error;
      }
    };
    return await attempt().catch((error: unknown) => {
      if (!isStale(error)) throw error;
      return attempt();
    });
  });

/** Carries a dry run's result out of the transaction that it undoes. */
class DryRun<T> extends Error {
  readonly result: T;
  constructor(result: T) {
    super("dry run");
    this.result = result;
  }
}

/**
 * Runs a write in one transaction under the caller's tenant. With `scope.once`, the result is stored in the same
 * transaction and given back, instead of a second effect, when the same request comes again. The result must be JSON.
 * With `dryRun`, everything happens, and is undone: the result is exactly what would have been. With `lock`, no other
 * write of that lock runs meanwhile; what the work reads is what they left.
 */
export const inTenant = async <DB, T>(
  db: Database<DB>,
  scope: WriteScope,
  work: (trx: TenantTransaction<DB>) => Promise<T>,
  options: { readonly dryRun?: boolean; readonly lock?: string } = {},
): Promise<T> => {
  const { dryRun, lock } = options;
  const changes: RecordedChange[] = [];
  // A repeated request must not wait where it could be told that the first one has not finished.
  const isLockedFirst = dryRun || !scope.once;
  const transaction = inTransaction(db, beginAs(scope, isLockedFirst ? lock : undefined), async (trx) => {
    changes.length = 0;
    recorded.set(trx, changes);
    if (dryRun) throw new DryRun(await work(trx));
    if (!scope.once) return await work(trx);
    const earlier = await claimOnce<DB, T>(trx, scope.tenantId, scope.once);
    if (earlier) return earlier.result;
    if (lock !== undefined) await lockUntilEnd(trx, lock);
    const fresh = await work(trx);
    await storeOnce(trx, scope.tenantId, scope.once, fresh);
    return fresh;
  });
  const result = await transaction.catch((error: unknown) => {
    if (!(error instanceof DryRun)) throw error;
    changes.length = 0;
    return error.result as T;
  });
  if (changes.length > 0) for (const listener of db.committed) listener(changes);
  return result;
};
