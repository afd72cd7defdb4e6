import { randomUUID } from "node:crypto";
import type { IndexBatch, SearchEngine } from "@nofx/search-core";
import { onTestFinished } from "vitest";
import { connectOpensearch, type OpensearchAccess } from "../src/engines/opensearch/connection.ts";
import { opensearchEngine } from "../src/engines/opensearch/opensearch-engine.ts";
import { doubleAccess, type OpensearchDouble, startDouble } from "./opensearch/opensearch-double.ts";

/** An engine in OpenSearch whose indexes are a test's own, and how to write to it. */
export interface OpensearchTestEngine {
  readonly engine: SearchEngine<unknown>;
  create(generation: number): Promise<void>;
  apply(generation: number, batch: Partial<IndexBatch>): Promise<void>;
}

type Finished = (end: () => Promise<void>) => void;

/** The engine at an address; what it makes is gone when `finished` runs what it is given. */
export const engineAt = (
  access: OpensearchAccess,
  finished: Finished = onTestFinished,
  now: () => Date = () => new Date("2026-11-01T00:00:00Z"),
): OpensearchTestEngine => {
  const connection = connectOpensearch(access);
  const engine = opensearchEngine(connection, { prefix: `nofx-test-${randomUUID()}`, shards: 1, replicas: 0, now });
  const made = new Set<number>();
  finished(async () => {
    for (const generation of made) await engine.drop(generation).catch(() => undefined);
    await connection.close();
  });
  return {
    engine,
    create: async (generation) => {
      made.add(generation);
      await engine.create(generation, undefined);
    },
    apply: (generation, { puts = [], removes = [] }) => engine.apply(generation, { puts, removes }, undefined),
  };
};

/** The same in a double of a test's own. */
export const engineInDouble = async (
  finished: Finished = onTestFinished,
  now?: () => Date,
): Promise<OpensearchTestEngine & { readonly double: OpensearchDouble }> => {
  const double = await startDouble();
  const world = engineAt({ url: double.url, ...doubleAccess }, finished, now);
  finished(() => double.stop());
  return { ...world, double };
};
