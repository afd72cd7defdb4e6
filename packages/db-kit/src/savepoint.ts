import { sql } from "kysely";
import { countChanges, type TenantTransaction } from "./tenant.ts";

/**
 * Runs a part of a transaction that may fail by itself: then everything that it wrote is undone, the changes that it noted
 * are forgotten, and the transaction goes on. One part may run within another.
 */
export const inSavepoint = async <DB, T>(trx: TenantTransaction<DB>, part: () => Promise<T>): Promise<T> => {
  const noted = countChanges(trx);
  await sql`SAVEPOINT part`.execute(trx);
  try {
    const result = await part();
    await sql`RELEASE SAVEPOINT part`.execute(trx);
    return result;
  } catch (error) {
    countChanges(trx, noted);
    // Where this fails, too, the connection is broken, and the first error says more.
    await sql`ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part`.execute(trx).catch(() => undefined);
    throw error;
  }
};
