import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { type SystemHealth, searchContract } from "@nofx/contract-search";
import { schemaState } from "@nofx/db-kit";
import { contractDigest, type RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { readIndexFigures } from "./index-figures.store.ts";
import { knownCaller } from "./known-caller.ts";
import { judgeIndex, judgeOwn } from "./own-health.rules.ts";
import { ask, probe } from "./probe.ts";
import { judgeService } from "./service-health.rules.ts";
import { overall, withoutDetails } from "./system-health.rules.ts";

/** Tells how the whole system is. @throws unauthenticated */
export type GetSystemHealth = (ctx: RequestContext) => Promise<SystemHealth>;

/** Digests take a while the first time: they are made before anybody asks. */
export const systemHealth = (deps: Deps): GetSystemHealth => {
  const known = { registry: contractDigest(registryContract), marketplace: contractDigest(marketplaceContract) };
  const own = { version: searchContract.version, contract: contractDigest(searchContract) };
  const askRegistry = probe(() => ask(deps.peers.registry, "/health/ready"));
  const askMarketplace = probe(() => ask(deps.peers.marketplace, "/health/ready"));
  const askSchema = probe(() => schemaState(deps.db.pool, deps.track));
  const askFigures = probe(async () => {
    const figures = await readIndexFigures(deps.db);
    const { documents } = figures.generation > 0 ? await deps.engine.size(figures.generation) : { documents: 0 };
    return { ...figures, documents };
  });
  const isKnown = knownCaller(deps);
  return async (ctx) => {
    const [isTold, registryAnswer, marketplaceAnswer, schema, figures] = await Promise.all([
      isKnown(ctx),
      askRegistry(),
      askMarketplace(),
      askSchema(),
      askFigures(),
    ]);
    const registry = judgeService("registry", registryAnswer, known.registry);
    const marketplace = judgeService("marketplace", marketplaceAnswer, known.marketplace);
    const search = judgeOwn(schema, own);
    const parts = {
      services: [registry.service, marketplace.service, search.service],
      databases: [registry.database, marketplace.database, search.database],
      index: judgeIndex(figures),
    };
    return {
      status: overall(parts),
      at: deps.now().toISOString(),
      details: isTold ? "full" : "withheld",
      ...(isTold ? parts : withoutDetails(parts)),
    };
  };
};
