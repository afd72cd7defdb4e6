import { inTenant, startDrain } from "@nofx/db-kit";
import { beginAgain, beginBuild } from "./begin-build.ts";
import {
  findRetired,
  type Generation,
  listGenerations,
  noteDropped,
  readGenerations,
  switchTo,
} from "./generation.store.ts";
import { indexer } from "./indexer.ts";
import type { IndexingDeps } from "./indexing-deps.ts";
import { holdLease, type Lease } from "./lease.store.ts";
import { type Notice, notify } from "./notices.ts";
import { projectionVersion } from "./project-records.rules.ts";
import { writingIndex } from "./write-index.ts";

const pollMs = 1_000;

/** Much longer than any process believes in the generation it has seen last. */
const retiredMs = 30_000;

/** Builds that came to their end, by what became of them. */
export type Builds = Map<"completed" | "failed", number>;

type Keeping = IndexingDeps & { readonly lease: Lease; readonly builds: Builds };

/** Why a build is to begin that nobody asked for; undefined: none is. */
const reasonToBuild = (newest: Generation | undefined): string | undefined => {
  if (!newest) return "The first index";
  return newest.projection < projectionVersion ? "Newer rules make documents of records" : undefined;
};

const beginIfNeeded = (keeping: Keeping): Promise<boolean> =>
  writingIndex(keeping, async (trx) => {
    const generations = await listGenerations(trx);
    const reason = reasonToBuild(newestOf(generations));
    if (reason !== undefined) await beginBuild(keeping, trx, reason);
  });

/** The first of those that are searched or built which the engine has not. */
const findLost = async ({ engine }: Keeping, generations: readonly Generation[]): Promise<Generation | undefined> => {
  for (const each of generations) {
    if ((each.isCurrent || each.isBuilding) && !(await engine.has(each.generation))) return each;
  }
  return undefined;
};

/** Another engine is in use now, or the one that is has lost what it had. */
const replaceLost = (keeping: Keeping): Promise<boolean> =>
  writingIndex(keeping, async (trx) => {
    const lost = await findLost(keeping, await listGenerations(trx));
    if (!lost) return;
    const reason = `The search engine does not have generation ${lost.generation}`;
    const { generation } = await beginAgain(keeping, trx, reason);
    keeping.log.warn({ lost: lost.generation, generation }, "the index is built anew: the engine does not have it");
  });

const newestOf = (generations: readonly Generation[]): Generation | undefined =>
  generations.find(({ isBuilding }) => isBuilding) ?? generations.find(({ isCurrent }) => isCurrent);

/** Puts a generation that holds everything in the place of the one that is searched; false: it was given up meanwhile. */
const takePlace = async (keeping: Keeping, generation: number): Promise<boolean> => {
  const { engine, now } = keeping;
  // If that fails, the generation stays as it is, is kept up, and settled the next time.
  await engine.settle(generation);
  let isSwitched = false;
  await writingIndex(keeping, async (trx) => {
    const found = (await listGenerations(trx)).find((each) => each.generation === generation);
    if (!found?.isBuilding || !found.isListed) return;
    await switchTo(trx, generation, now());
    await notify(trx, "generations");
    isSwitched = true;
  });
  return isSwitched;
};

const complete = async (keeping: Keeping, generation: number): Promise<void> => {
  const { log, builds } = keeping;
  const ended = (outcome: "completed" | "failed") => builds.set(outcome, (builds.get(outcome) ?? 0) + 1);
  const isSwitched = await takePlace(keeping, generation).catch((error: unknown) => {
    ended("failed");
    throw error;
  });
  if (!isSwitched) return;
  ended("completed");
  log.info({ generation }, "the index is built");
};

const dropRetired = async ({ db, engine }: Keeping): Promise<void> => {
  for (const generation of await findRetired(db, retiredMs)) {
    await engine.drop(generation);
    await inTenant(db, indexer, (trx) => noteDropped(trx, generation));
  }
};

/** Begins builds that are due, ends those that have everything, and drops what nobody searches. */
const keepOnce = async (keeping: Keeping): Promise<void> => {
  if (!(await holdLease(keeping.db, keeping.lease))) return;
  const generations = await readGenerations(keeping.db);
  const newest = newestOf(generations);
  if (await findLost(keeping, generations)) await replaceLost(keeping);
  else if (reasonToBuild(newest) !== undefined) await beginIfNeeded(keeping);
  else if (newest?.isBuilding && newest.isListed) await complete(keeping, newest.generation);
  await dropRetired(keeping);
};

/** Keeps the generations of the index, as long as this process is the one that does. */
export const keepGenerations = (deps: IndexingDeps, builds: Builds): { stop(): Promise<void> } => {
  const { log, holder, noticed } = deps;
  const keeping = { ...deps, builds, lease: { name: "builder", holder } as const };
  const failed = (err: Error): void => log.warn({ err }, "the generations of the index cannot be kept");
  const drain = startDrain(
    async () => {
      await keepOnce(keeping);
      return 0;
    },
    { pollMs, onError: failed },
  );
  const changed = (notice: Notice | undefined): void => {
    if (notice === "generations" || notice === "released") drain.kick();
  };
  noticed.add(changed);
  return {
    stop: async () => {
      noticed.delete(changed);
      await drain.stop();
    },
  };
};
