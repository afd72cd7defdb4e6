import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { type Applying, applyTold } from "./apply-told.ts";
import { listGenerations } from "./generation.store.ts";
import { indexer, indexLock } from "./indexer.ts";
import type { IndexingDeps } from "./indexing-deps.ts";
import { type Lease, lockLease } from "./lease.store.ts";
import type { Told } from "./read-records.rules.ts";
import type { Source } from "./source.ts";

/** A process that follows a source. */
export interface Following extends IndexingDeps {
  readonly source: Source;
  readonly lease: Lease;
  /** Ends with the process. */
  readonly stopping: AbortSignal;
}

type Writing = Pick<IndexingDeps, "db"> & { readonly lease: Lease };

/** Writes as the one who may, in one transaction. False: another process has taken over, and nothing is written. */
export const asHolder = (
  { db, lease }: Writing,
  work: (trx: TenantTransaction<DB>) => Promise<void>,
  options: { readonly lock?: string } = {},
): Promise<boolean> =>
  inTenant(
    db,
    indexer,
    async (trx) => {
      if (!(await lockLease(trx, lease))) return false;
      await work(trx);
      return true;
    },
    options,
  );

/** The same for what changes the index: of all processes one does it at a time. */
export const writingIndex = (writing: Writing, work: (trx: TenantTransaction<DB>) => Promise<void>): Promise<boolean> =>
  asHolder(writing, work, { lock: indexLock });

/** Brings the index that is searched, and the one that is built, to what a source told. */
export const applyToKept = async (
  { engine }: Pick<Applying, "engine">,
  trx: TenantTransaction<DB>,
  told: readonly Told[],
): Promise<void> => {
  if (told.length === 0) return;
  const kept = await listGenerations(trx);
  const generations = kept.filter(({ isCurrent, isBuilding }) => isCurrent || isBuilding);
  await applyTold({ trx, engine, generations: generations.map(({ generation }) => generation) }, told);
};
