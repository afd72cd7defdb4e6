import type { ScorePart } from "@nofx/contract-search";
import { scoreWeights } from "./weights.ts";

/** What an engine found out about a document and a query. */
export interface Evidence {
  readonly exact: boolean;
  readonly all: boolean;
  /** How much each word adds to the text's part, from 0 to 1 together. */
  readonly words: readonly { readonly word: string; readonly value: number }[];
  readonly success: number;
  readonly rating: number;
  readonly usage: number;
  readonly freshness: number;
  readonly deprecated: number;
}

const part = (name: keyof typeof scoreWeights, value: number, detail?: string): ScorePart => ({
  part: name,
  value,
  weight: scoreWeights[name],
  score: value * scoreWeights[name],
  ...(detail !== undefined && { detail }),
});

/** The parts of a score; those that are 0 are left out. Their sum is the score. */
export const scoreParts = (evidence: Evidence): ScorePart[] =>
  [
    part("exact", evidence.exact ? 1 : 0),
    part("all", evidence.all ? 1 : 0),
    ...evidence.words.map(({ word, value }) => part("text", value, word)),
    part("success", evidence.success),
    part("rating", evidence.rating),
    part("usage", evidence.usage),
    part("freshness", evidence.freshness),
    part("deprecated", evidence.deprecated),
  ].filter(({ value }) => value !== 0);

/** What a document is ordered by. */
export const scoreOf = (parts: readonly ScorePart[]): number => parts.reduce((sum, { score }) => sum + score, 0);
