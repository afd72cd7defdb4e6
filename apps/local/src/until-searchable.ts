import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { type IndexState, searchContract } from "@nofx/contract-search";
import { clientOf } from "./client.ts";
import type { Step } from "./step.ts";

/** Far longer than it takes; whoever starts the control plane is not kept from it by the index. */
const waitMs = 60_000;
const pollMs = 100;

interface Tokens {
  readonly operator: string;
  readonly service: string;
}

/** Where both feeds end now. */
const feedEnds = async (baseUrl: string, token: string): Promise<ReadonlySet<string>> => {
  const [registry, marketplace] = await Promise.all([
    unwrap(clientOf(registryContract, baseUrl, token).listChanges({ from: "now" })),
    unwrap(clientOf(marketplaceContract, baseUrl, token).listMarketplaceChanges({ from: "now" })),
  ]);
  return new Set([registry.next, marketplace.next]);
};

/** Whether everything that has happened is in the index, and none is being built. */
const isCaughtUp = ({ rebuild, sources }: IndexState, ends: ReadonlySet<string>): boolean =>
  rebuild === undefined && sources.every(({ cursor }) => cursor !== undefined && ends.has(cursor));

/** Waits until what was shipped can be found: whoever tries the first search is to find something. */
export const untilSearchable = (baseUrl: string, tokens: Tokens, step: Step): Promise<IndexState> =>
  step(
    "Search index",
    async () => {
      const search = clientOf(searchContract, baseUrl, tokens.operator);
      const deadline = Date.now() + waitMs;
      for (;;) {
        const ends = await feedEnds(baseUrl, tokens.service);
        const { index } = await unwrap(search.getSearchIndex());
        if (isCaughtUp(index, ends) || Date.now() > deadline) return index;
        await delay(pollMs);
      }
    },
    ({ documents, rebuild }) => `${documents} documents${rebuild ? ", still being built" : ""}`,
  );
