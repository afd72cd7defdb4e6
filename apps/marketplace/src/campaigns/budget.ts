import { setImmediate as nextTurn } from "node:timers/promises";
import { campaignLimits, type StoppedEarly } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";

/** What a request that works for a while may still take. */
export interface Budget {
  /** Why no more may be begun; undefined: go on. Others get their turn meanwhile. */
  spent(): Promise<StoppedEarly | undefined>;
}

/** Lasts until a request has worked long enough, or nobody waits for it any more. */
export const budgetOf = (deps: Pick<Deps, "now">, { signal }: Pick<RequestContext, "signal">): Budget => {
  const until = deps.now().getTime() + campaignLimits.budgetMs;
  return {
    spent: async () => {
      await nextTurn();
      return signal.aborted || deps.now().getTime() >= until ? "time" : undefined;
    },
  };
};
