import { type Kysely, sql } from "kysely";
import type { Database } from "./database.ts";
import type { WriteScope } from "./tenant.ts";
import { readInTenant } from "./tenant-read.ts";

/**
 * Gives back what is kept of the same request, else the result of the work: for work that asks another service before the
 * `inTenant` whose result it gives. A repeated request needs nobody else then. Of two at the same time, `inTenant` decides.
 */
export const keptOrNew = async <DB, T>(db: Database<DB>, scope: WriteScope, work: () => Promise<T>): Promise<T> => {
  const { once, tenantId } = scope;
  if (!once) return await work();
  const found = sql<{ fingerprint: string; result: T }>`
    SELECT fingerprint, result FROM idempotency_keys
    WHERE tenant_id = ${tenantId} AND operation = ${once.operation} AND key = ${once.key} AND expires_at > now()`;
  const [kept] = await readInTenant(db, scope, (query: Kysely<DB>) => ({ compile: () => found.compile(query) }));
  if (!kept) return await work();
  if (kept.fingerprint !== once.fingerprint) once.reused();
  once.replayed();
  return kept.result;
};
