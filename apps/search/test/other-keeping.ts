import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import type { Engine } from "../src/indexing/indexing-deps.ts";
import { type Keeping, keepIndex } from "../src/indexing/keep-index.ts";
import { marketplaceSource } from "../src/indexing/marketplace-source.ts";
import { listenForNotices, type Noticed } from "../src/indexing/notices.ts";
import { registrySource } from "../src/indexing/registry-source.ts";
import type { World } from "./world.ts";

/** Has the index of a world kept up by somebody else, whose engine is another one. */
export const keptWith = async ({ deps }: Pick<World, "deps">, engine: Engine): Promise<Keeping> => {
  await deps.keeping.stop();
  const { db, env, log, now, onError, peers } = deps;
  const noticed: Noticed = new Set();
  const notices = listenForNotices({ url: env.DATABASE_URL, onError }, noticed);
  const sources = [registrySource(peers.registry), marketplaceSource(peers.marketplace)];
  const keeping = keepIndex({ db, log, now, engine, noticed, holder: randomUUID() }, sources);
  onTestFinished(async () => {
    await keeping.stop();
    await notices.stop();
  });
  return keeping;
};
