import { type Database, inTenant, type TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { indexer, type SourceName } from "./indexer.ts";
import { notify } from "./notices.ts";
import { projectionVersion } from "./project-records.rules.ts";

/** What only one process may do at a time. */
export type LeaseName = SourceName | "builder";

/** A lease, and the process that wants it or has it. */
export interface Lease {
  readonly name: LeaseName;
  readonly holder: string;
}

/** A process renews its leases every second: one that has not for longer is gone, or as good as that. */
const heldSeconds = 4;
const until = sql`clock_timestamp() + ${heldSeconds} * interval '1 second'`;

/**
 * Becomes, or stays, the one who may. A process of an older release lets go as soon as there is an index that newer rules
 * have made.
 */
export const holdLease = (db: Database<DB>, { name, holder }: Lease): Promise<boolean> =>
  inTenant(db, indexer, async (trx) => {
    const { rows } = await sql`
      UPDATE leases SET holder = ${holder}, held_until = ${until}
      WHERE name = ${name} AND (holder = ${holder} OR held_until < clock_timestamp())
        AND NOT EXISTS (SELECT FROM generations WHERE projection > ${projectionVersion} AND dropped_at IS NULL)
      RETURNING name`.execute(trx);
    return rows.length > 0;
  });

/** Keeps what this process holds. A row that is locked is at work, and renewed by that. */
export const renewLeases = (db: Database<DB>, holder: string): Promise<void> =>
  inTenant(db, indexer, async (trx) => {
    await sql`
      UPDATE leases SET held_until = ${until}
      WHERE name IN (SELECT name FROM leases WHERE holder = ${holder} FOR UPDATE SKIP LOCKED)`.execute(trx);
  });

/** Lets another process do something. */
export const releaseLease = (db: Database<DB>, { name, holder }: Lease): Promise<void> =>
  inTenant(db, indexer, async (trx) => {
    await sql`
      UPDATE leases SET holder = NULL, held_until = '-infinity' WHERE name = ${name} AND holder = ${holder}`.execute(
      trx,
    );
    await notify(trx, "released");
  });

/** Lets another process begin at once. */
export const releaseLeases = (db: Database<DB>, holder: string): Promise<void> =>
  inTenant(db, indexer, async (trx) => {
    await sql`UPDATE leases SET holder = NULL, held_until = '-infinity' WHERE holder = ${holder}`.execute(trx);
    await notify(trx, "released");
  });

/** Nobody else takes over before this transaction has ended. False: somebody has already, and nothing may be written. */
export const lockLease = async (trx: TenantTransaction<DB>, { name, holder }: Lease): Promise<boolean> => {
  const { rows } = await sql`
    UPDATE leases SET held_until = ${until} WHERE name = ${name} AND holder = ${holder} RETURNING name`.execute(trx);
  return rows.length > 0;
};
