import { setImmediate as nextTurn } from "node:timers/promises";
import type { Sliced } from "@nofx/template";

/** After so long, others have their turn. */
const turnMs = 20;

/** Carries a computation out in turns of the event loop: others do not wait for all of it, and what comes of it is the same. */
export const inTurns = async <Result>(computation: Sliced<Result>): Promise<Result> => {
  let began = performance.now();
  for (;;) {
    const { done, value } = computation.next();
    if (done) return value;
    if (performance.now() - began < turnMs) continue;
    await nextTurn();
    began = performance.now();
  }
};
