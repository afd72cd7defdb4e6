/** How much a word counts by where it stands. */
export const fieldWeights = {
  /** Name, id, aliases. */
  name: 1,
  /** Tags, capabilities. */
  label: 0.6,
  description: 0.35,
  /** Agents, category, body. */
  rest: 0.06,
} as const;

/** How much each part of a score counts. What is not text is bounded: together it never outweighs a word in a name. */
export const scoreWeights = {
  /** The query is the id or a name. */
  exact: 3,
  /** All words of the query fit, not only some. */
  all: 0.3,
  text: 1,
  success: 0.04,
  rating: 0.03,
  usage: 0.03,
  freshness: 0.02,
  deprecated: -1,
} as const;

/** BM25's saturation: how soon more of a word stops to count. */
export const saturation = 0.35;
/** BM25's length normalisation: how much a long document's words count less. */
export const lengthShare = 0.05;
/** Words of a document of usual length, weighted by field. Fixed, so that a score does not change with other documents. */
export const usualLength = 12;

/** How much a word counts that stands in for the one that was typed. */
export const standInWeights = {
  beginning: 0.7,
  correction: 0.8,
  synonym: 0.7,
  /** A word of a phrase, for itself. */
  apart: 0.3,
} as const;

/** Days in which freshness falls to a third. */
export const freshnessDays = 180;
