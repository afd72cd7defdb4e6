import { randomUUID } from "node:crypto";
import type { IndexBatch, SearchEngine } from "@nofx/search-core";
import { onTestFinished } from "vitest";
import { type Connection, connectOpensearch, type OpensearchAccess } from "../src/engines/opensearch/connection.ts";
import { opensearchEngine } from "../src/engines/opensearch/opensearch-engine.ts";
import { comparedWith } from "./opensearch/compared.ts";
import { doubleAccess, type OpensearchDouble, startDouble } from "./opensearch/opensearch-double.ts";

/** An engine in OpenSearch whose indexes are a test's own, and how to write to it. */
export interface OpensearchTestEngine {
  readonly engine: SearchEngine<unknown>;
  create(generation: number): Promise<void>;
  apply(generation: number, batch: Partial<IndexBatch>): Promise<void>;
}

type Finished = (end: () => Promise<void>) => void;

const { OPENSEARCH_URL: url, OPENSEARCH_USERNAME: username, OPENSEARCH_PASSWORD: password } = process.env;

/** The cluster that tests may use, if there is one. */
export const cluster: OpensearchAccess | undefined = url === undefined ? undefined : { url, username, password };

const engineOver = (
  connection: Connection,
  finished: Finished,
  { now = () => new Date("2026-11-01T00:00:00Z"), shards = 1 }: { readonly now?: () => Date; readonly shards?: number },
): OpensearchTestEngine => {
  const engine = opensearchEngine(connection, { prefix: `nofx-test-${randomUUID()}`, shards, replicas: 0, now });
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

/** The engine in the cluster; what it makes is gone when `finished` runs what it is given. */
export const engineInCluster = (finished: Finished = onTestFinished, now?: () => Date): OpensearchTestEngine => {
  if (!cluster) throw new Error("OPENSEARCH_URL is not set");
  return engineOver(connectOpensearch(cluster), finished, { ...(now && { now }) });
};

/** The same in a double of a test's own. */
export const engineInDouble = async (
  finished: Finished = onTestFinished,
  now?: () => Date,
): Promise<OpensearchTestEngine & { readonly double: OpensearchDouble }> => {
  const double = await startDouble();
  const world = engineOver(connectOpensearch({ url: double.url, ...doubleAccess }), finished, { ...(now && { now }) });
  finished(() => double.stop());
  return { ...world, double };
};

/** In the cluster, in indexes of several shards; whatever it is asked, a double must answer alike. */
export const engineInBoth = async (finished: Finished = onTestFinished): Promise<OpensearchTestEngine> => {
  if (!cluster) throw new Error("OPENSEARCH_URL is not set");
  const double = await startDouble();
  const inDouble = connectOpensearch({ url: double.url, ...doubleAccess });
  const world = engineOver(comparedWith(inDouble, connectOpensearch(cluster)), finished, { shards: 3 });
  finished(() => double.stop());
  return world;
};
