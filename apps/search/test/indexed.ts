import { randomInt } from "node:crypto";
import { inTenant } from "@nofx/db-kit";
import type { DocumentKey, SearchDocument } from "@nofx/search-core";
import { afterAll, beforeAll, vi } from "vitest";
import { indexer, indexLock } from "../src/indexing/indexer.ts";
import { agentDocument as smallAgent, templateDocument as smallTemplate } from "./small-documents.ts";
import { type World, type WorldOptions, world } from "./world.ts";

type Described = Partial<SearchDocument> & Pick<SearchDocument, "id">;

const usual = (id: string) => ({ tenant: "acme", name: id, updatedAt: "2026-11-20T12:00:00.000Z" });

/** An agent as the index has it, with what the test is about in its place. */
export const agentDocument = ({ id, ...known }: Described): SearchDocument =>
  smallAgent(id, { ...usual(id), ...known });

/** The same of a template. */
export const templateDocument = ({ id, ...known }: Described): SearchDocument =>
  smallTemplate(id, { ...usual(id), ...known });

/** Waits for the first index, and gives its number. */
export const untilIndexed = ({ deps }: Pick<World, "deps">): Promise<number> =>
  vi.waitUntil(() => deps.index.generation(), { timeout: 20_000 });

/** Puts documents into the index that is searched, beside what the registries have, and takes others away. */
export const put = async (
  { deps }: Pick<World, "deps">,
  puts: readonly SearchDocument[],
  removes: readonly DocumentKey[] = [],
): Promise<void> => {
  const generation = await untilIndexed({ deps });
  await inTenant(deps.db, indexer, (trx) => deps.engine.apply(generation, { puts, removes }, trx), {
    lock: indexLock,
  });
  await deps.engine.settle(generation);
};

/** A world whose index has these documents. */
export const indexed = async (documents: readonly SearchDocument[], options: WorldOptions = {}): Promise<World> => {
  const started = await world(options);
  await put(started, documents);
  return started;
};

/** The same for all tests of a `describe`. */
export const indexedForAll = (documents: readonly SearchDocument[], options: WorldOptions = {}): (() => World) => {
  const ending: (() => Promise<void>)[] = [];
  let shared: World | undefined;
  beforeAll(async () => {
    shared = await indexed(documents, { ...options, finished: (end) => void ending.push(end) });
  });
  afterAll(async () => {
    for (const end of ending.toReversed()) await end();
  });
  return () => {
    if (!shared) throw new Error("There is no world yet");
    return shared;
  };
};

/** Another service, which sees everything. */
export const serviceOf = ({ client, deps }: World): World["anonymous"] => client(deps.env.SERVICE_TOKEN);

/** A word that occurs nowhere else, of letters that are all different: no typing error leaves it as it is. */
export const newWord = (): string => {
  const letters = [..."abcdefghijklmnoprstuvwxyz"].map((letter) => ({ letter, place: randomInt(1_000_000) }));
  const shuffled = letters.sort((a, b) => a.place - b.place).map(({ letter }) => letter);
  return `q${shuffled.slice(0, 11).join("")}`;
};
