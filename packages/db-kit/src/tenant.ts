import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Database, RecordedChange } from "./database.ts";
import { claimOnce, type Once, storeOnce } from "./once.ts";

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
  /** The only agents that the caller may change; undefined: all of the tenant's. */
  readonly agents?: ReadonlySet<string> | undefined;
  /** Present: the effect takes place at most once for this key. */
  readonly once?: Once | undefined;
}

declare const tenantScoped: unique symbol;
/** A transaction in which the settings of one tenant hold. Stores that write take nothing else. */
export type TenantTransaction<DB> = Transaction<DB> & { readonly [tenantScoped]: true };

const scopes = new WeakMap<object, WriteScope>();

/** On whose behalf a transaction runs. */
export const scopeOf = <DB>(trx: TenantTransaction<DB>): WriteScope => {
  const scope = scopes.get(trx);
  if (!scope) throw new Error("The transaction was not opened by inTenant");
  return scope;
};

const recorded = new WeakMap<object, RecordedChange[]>();

/** Notes a change on its transaction, to be announced after the commit. */
export const noteChange = (trx: object, change: RecordedChange): void => {
  recorded.get(trx)?.push(change);
};

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
 * With `dryRun`, everything happens, and is undone: the result is exactly what would have been.
 */
export const inTenant = async <DB, T>(
  db: Database<DB>,
  scope: WriteScope,
  work: (trx: TenantTransaction<DB>) => Promise<T>,
  options: { readonly dryRun?: boolean } = {},
): Promise<T> => {
  const changes: RecordedChange[] = [];
  const transaction = db.kysely.transaction().execute(async (transaction) => {
    const trx = transaction as TenantTransaction<DB>;
    recorded.set(trx, changes);
    scopes.set(trx, scope);
    await sql`SELECT set_config('app.tenant_id', ${scope.tenantId}, true), set_config('app.subject', ${scope.subject}, true), set_config('app.role', ${scope.role}, true)`.execute(
      trx,
    );
    if (options.dryRun) throw new DryRun(await work(trx));
    if (!scope.once) return await work(trx);
    const earlier = await claimOnce<DB, T>(trx, scope.tenantId, scope.once);
    if (earlier) return earlier.result;
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
