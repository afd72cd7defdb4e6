/**
 * Scores that fade, kept as logarithms (forward decay: G. Cormode, V. Shkapenyuk, D. Srivastava, B. Xu, ICDE 2009). Each
 * event counts 2^(t / half-life): what is later counts more, and nothing that was counted has to be touched as time goes
 * by. The sum itself would grow beyond all numbers, its logarithm grows by 1 with each half-life.
 */

/** The score of nothing. */
export const emptyScore = Number.NEGATIVE_INFINITY;

/** log2(2^one + 2^other), without either power. */
export const mergeScores = (one: number, other: number): number => {
  const high = Math.max(one, other);
  if (high === emptyScore) return emptyScore;
  return high + Math.log2(1 + 2 ** (Math.min(one, other) - high));
};

/** The score of events at these times, each `count` times. */
export const decayScore = (
  events: readonly { readonly timeMs: number; readonly count?: number }[],
  halfLifeMs: number,
): number => {
  const places = events.map(({ timeMs, count = 1 }) => timeMs / halfLifeMs + Math.log2(count));
  const high = places.reduce((max, place) => Math.max(max, place), emptyScore);
  if (high === emptyScore) return emptyScore;
  return high + Math.log2(places.reduce((sum, place) => sum + 2 ** (place - high), 0));
};

/** What a score is worth at a time: how many events of that moment would count as much. */
export const scoreAt = (score: number, timeMs: number, halfLifeMs: number): number =>
  2 ** (score - timeMs / halfLifeMs);
