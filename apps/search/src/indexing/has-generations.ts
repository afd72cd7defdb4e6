import type { Engine } from "./indexing-deps.ts";

/** An engine is asked seldom: whoever keeps the generations asks it every second, and begins a new one if one was lost. */
const rememberedMs = 30_000;

/**
 * Makes a question for whether an engine has what is kept up. If not, either it was lost and is about to be built anew, or
 * other processes work with another engine: nothing may be read for the index that would then be missing there.
 */
export const hasGenerations = ({
  has,
}: Pick<Engine, "has">): ((generations: readonly number[]) => Promise<boolean>) => {
  const seenAt = new Map<number, number>();
  return async (generations) => {
    for (const generation of generations) {
      if (performance.now() - (seenAt.get(generation) ?? Number.NEGATIVE_INFINITY) < rememberedMs) continue;
      if (!(await has(generation))) return false;
      seenAt.set(generation, performance.now());
    }
    return true;
  };
};
