import { onTestFinished } from "vitest";

/** Takes what ends something. */
type Finished = (end: () => Promise<void>) => void;

/** Something that a test has for itself until it ends. */
export interface Lent<T> {
  readonly value: T;
  /** What is left in it is nobody else's business: no test gets it after this one. */
  keep(): T;
}

interface Kept<T> {
  readonly value: T;
  readonly end: () => Promise<void>;
}

const shelves = new Set<Kept<unknown>[]>();

/** Ends what nobody has borrowed. `@nofx/testkit/end-lent` does so after each test file. */
export const endLent = async (): Promise<void> => {
  await Promise.all([...shelves].flatMap((shelf) => shelf.splice(0)).map(({ end }) => end()));
};

/**
 * Lends to one test after another of a file what takes long to start and is left as it was by most of them. A test that
 * changes it says `keep()`. Two tests, or two calls of one test, never have the same at the same time.
 */
export const lender = <T>(start: (finished: Finished) => Promise<T>): (() => Promise<Lent<T>>) => {
  const shelf: Kept<T>[] = [];
  shelves.add(shelf);
  const make = async (): Promise<Kept<T>> => {
    const ends: (() => Promise<void>)[] = [];
    const value = await start((end) => void ends.push(end));
    return {
      value,
      end: async () => {
        for (const end of ends.toReversed()) await end();
      },
    };
  };
  return async () => {
    const kept = shelf.pop() ?? (await make());
    let isKept = false;
    onTestFinished(async () => {
      if (isKept) await kept.end();
      else shelf.push(kept);
    });
    return {
      value: kept.value,
      keep: () => {
        isKept = true;
        return kept.value;
      },
    };
  };
};
