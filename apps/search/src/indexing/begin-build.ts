import type { TenantTransaction } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { giveUpGenerations, insertGeneration } from "./generation.store.ts";
import type { IndexingDeps } from "./indexing-deps.ts";
import { notify } from "./notices.ts";
import { projectionVersion } from "./project-records.rules.ts";
import { noteLost } from "./source.store.ts";

/** A build that was begun. */
export interface Begun {
  readonly generation: number;
  readonly startedAt: Date;
}

/**
 * Begins to build the index that the engine has not, or not any more. Nothing else can be searched meanwhile; what is not
 * found yet is told of as stale. Within the index's lock.
 */
export const beginAgain = async (
  deps: Pick<IndexingDeps, "engine" | "now">,
  trx: TenantTransaction<DB>,
  reason: string,
): Promise<Begun> => {
  await giveUpGenerations(trx);
  await noteLost(trx);
  return await beginBuild(deps, trx, reason);
};

/**
 * Begins to build the index beside the one that is searched; one that was being built is given up. Within the index's
 * lock. The followers of both sources then list what there is.
 */
export const beginBuild = async (
  { engine, now }: Pick<IndexingDeps, "engine" | "now">,
  trx: TenantTransaction<DB>,
  reason: string,
): Promise<Begun> => {
  const startedAt = now();
  const generation = await insertGeneration(trx, { reason, projection: projectionVersion, at: startedAt });
  await engine.create(generation, trx);
  await notify(trx, "generations");
  return { generation, startedAt };
};
