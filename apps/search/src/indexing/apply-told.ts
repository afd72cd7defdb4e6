import { inSavepoint, type TenantTransaction } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { relationsOf } from "../relations/relation.rules.ts";
import { replaceRelations } from "../relations/relation.store.ts";
import type { Engine } from "./indexing-deps.ts";
import { type Failed, quarantine, release } from "./quarantine.store.ts";
import { errorText, type Told } from "./read-records.rules.ts";
import { deleteRecords, saveRecords } from "./record.store.ts";

/** Where something is applied. */
export interface Applying {
  readonly trx: TenantTransaction<DB>;
  readonly engine: Engine;
  /** The generations that it goes into. */
  readonly generations: readonly number[];
}

const readingOf = ({ generations }: Applying): number => Math.max(...generations);

const applyAll = async (applying: Applying, told: readonly Told[]): Promise<void> => {
  const { trx, engine, generations } = applying;
  const indexed = told.flatMap((each) => (each.kind === "there" ? [each.indexed] : []));
  // What cannot be used goes, too: its last known state may show what nobody is to see any more.
  const removes = told.flatMap((each) => (each.kind === "there" ? [] : [each.key]));
  await deleteRecords(trx, removes);
  await saveRecords(trx, indexed, readingOf(applying));
  await replaceRelations(
    trx,
    told.map(({ key }) => key),
    indexed.flatMap(({ record }) => relationsOf(record)),
  );
  const batch = { puts: indexed.map(({ document }) => document), removes };
  for (const generation of generations) await engine.apply(generation, batch, trx);
};

/** Time was up: a smaller batch may do. */
const queryCanceled = "57014";

/**
 * Whether something fails because of what it is: PostgreSQL refuses a value (classes 22, 23 and 54), or code that reads it
 * throws. A broken connection looks like the latter, and fails again where the failure is written down.
 */
const isRefusal = (error: unknown, count: number): boolean => {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== "string") return true;
  return /^(?:22|23|54)/.test(code) || (code === queryCanceled && count > 1);
};

/** Applies everything that can be, and finds what cannot by halves. */
const applyByHalves = async (applying: Applying, told: readonly Told[]): Promise<Failed[]> => {
  const [first, second] = told;
  if (!first) return [];
  try {
    await inSavepoint(applying.trx, () => applyAll(applying, told));
    return [];
  } catch (error) {
    if (!isRefusal(error, told.length)) throw error;
    if (second) {
      const middle = told.length >> 1;
      const failed = await applyByHalves(applying, told.slice(0, middle));
      return [...failed, ...(await applyByHalves(applying, told.slice(middle)))];
    }
    if (first.kind !== "there") throw error;
    const failed = { key: first.key, error: errorText(error) };
    await applyAll(applying, [{ ...failed, kind: "unusable" }]);
    return [failed];
  }
};

/** Brings the index to what a source told. What cannot be indexed is put aside, and is no obstacle to the rest. */
export const applyTold = async (applying: Applying, told: readonly Told[]): Promise<void> => {
  if (told.length === 0) return;
  const unusable = told.flatMap((each) => (each.kind === "unusable" ? [{ key: each.key, error: each.error }] : []));
  const failed = [...unusable, ...(await applyByHalves(applying, told))];
  const left = new Set(failed.map(({ key }) => key));
  await quarantine(applying.trx, failed, readingOf(applying));
  await release(
    applying.trx,
    told.map(({ key }) => key).filter((key) => !left.has(key)),
  );
};
