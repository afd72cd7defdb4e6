import { fieldWeights, lengthShare, saturation, usualLength } from "./weights.ts";

/** Rarity of a word that `frequency` of `documents` documents have (BM25). */
export const rarity = (frequency: number, documents: number): number =>
  Math.log(1 + (Math.max(documents, frequency) - frequency + 0.5) / (frequency + 0.5));

/** What a document's length divides by: 1 for the usual one, more for a longer one. */
export const lengthNorm = (words: { readonly [field in keyof typeof fieldWeights]: number }): number => {
  const length = (Object.keys(fieldWeights) as (keyof typeof fieldWeights)[]).reduce(
    (sum, field) => sum + fieldWeights[field] * words[field],
    0,
  );
  return 1 - lengthShare + (lengthShare * length) / usualLength;
};

/** How much of a word there is, from 0 to 1: `amount` is its weighted number, of which ever more counts ever less. */
export const saturated = (amount: number, norm: number): number => 1 - 1 / (1 + amount / (saturation * norm));
