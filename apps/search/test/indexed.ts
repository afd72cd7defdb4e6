import { randomInt } from "node:crypto";
import { inTenant } from "@nofx/db-kit";
import type { DocumentKey, SearchDocument } from "@nofx/search-core";
import { afterAll, beforeAll, vi } from "vitest";
import { indexer, indexLock } from "../src/indexing/indexer.ts";
import { type World, type WorldOptions, world } from "./world.ts";

/** An agent as the index has it, with what the test is about in its place. */
export const agentDocument = (overrides: Partial<SearchDocument> & Pick<SearchDocument, "id">): SearchDocument => ({
  type: "agent",
  tenant: "acme",
  name: overrides.id,
  description: undefined,
  currentVersion: "1.0.0",
  status: "active",
  visibility: "public",
  kind: undefined,
  category: undefined,
  categories: [],
  tags: [],
  capabilities: [],
  agents: [],
  aliases: [],
  author: undefined,
  license: undefined,
  body: "",
  ratingAverage: undefined,
  ratingCount: 0,
  ratingBayesian: undefined,
  usage30d: 0,
  success: undefined,
  updatedAt: "2026-11-20T12:00:00.000Z",
  ...overrides,
});

/** The same of a template. */
export const templateDocument = (overrides: Partial<SearchDocument> & Pick<SearchDocument, "id">): SearchDocument =>
  agentDocument({ type: "template", kind: "workflow", ...overrides });

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
