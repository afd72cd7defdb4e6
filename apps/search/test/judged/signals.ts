import { type DocumentKey, keyText, type SearchDocument } from "@nofx/search-core";
import { drawn } from "./draws.ts";

type Signals = Pick<
  SearchDocument,
  "ratingAverage" | "ratingCount" | "ratingBayesian" | "usage30d" | "success" | "updatedAt"
>;

const dayMs = 86_400_000;
/** What an unrated document is taken for. */
const prior = { mean: 3.8, weight: 5 };

/**
 * How a document is used and rated. It has nothing to do with what the document is about, so these must never outweigh
 * the words of a query. A third has no ratings, a fifth no runs.
 */
export const signalsOf = (key: DocumentKey, now: Date): Signals => {
  const draw = (of: string): number => drawn(`${of} ${keyText(key)}`);
  const isRated = draw("rated") > 1 / 3;
  const isUsed = draw("used") > 1 / 5;
  const ratingCount = isRated ? 1 + Math.floor(40 * draw("ratings") ** 3) : 0;
  const ratingAverage = 2 + 3 * draw("rating") ** 0.5;
  const summed = prior.mean * prior.weight + ratingAverage * ratingCount;
  return {
    ratingAverage: isRated ? ratingAverage : undefined,
    ratingCount,
    ratingBayesian: isRated ? summed / (prior.weight + ratingCount) : undefined,
    usage30d: isUsed ? Math.floor(10 ** (4 * draw("usage"))) : 0,
    success: isUsed ? 0.5 + draw("success") / 2 : undefined,
    updatedAt: new Date(now.getTime() - Math.floor(700 * draw("age")) * dayMs).toISOString(),
  };
};
