import type { RatingTotals } from "@nofx/contract-marketplace";

/** How many gave how many stars. */
export type Histogram = RatingTotals["histogram"];

/** How many rated, and the sum of their stars. */
export interface Ratings {
  readonly count: number;
  readonly sum: number;
}

/** As how many ratings the prior counts in a Bayesian mean. */
const priorWeight = 15;

/** The mean; undefined without ratings: that is something else than a bad one. */
export const averageOf = ({ count, sum }: Ratings): number | undefined => (count === 0 ? undefined : sum / count);

/**
 * The mean as if `priorWeight` more had given the prior: one enthusiast does not put a template above one that hundreds
 * like. Undefined without ratings.
 */
export const bayesianMean = ({ count, sum }: Ratings, prior: number): number | undefined =>
  count === 0 ? undefined : (priorWeight * prior + sum) / (priorWeight + count);

const ratingsIn = (histogram: Histogram): Ratings => {
  const counted = Object.entries(histogram);
  return {
    count: counted.reduce((count, [, given]) => count + given, 0),
    sum: counted.reduce((sum, [stars, given]) => sum + Number(stars) * given, 0),
  };
};

/** What ratings add up to. `prior` is what their template was taken for before anybody had rated it. */
export const totalsOf = (histogram: Histogram, prior: number): RatingTotals => {
  const ratings = ratingsIn(histogram);
  const average = averageOf(ratings);
  const bayesian = bayesianMean(ratings, prior);
  return {
    count: ratings.count,
    histogram,
    ...(average !== undefined && { average }),
    ...(bayesian !== undefined && { bayesian }),
  };
};

/** What somebody says of a version. */
export interface Opinion {
  readonly version: string;
  readonly rating: number;
  readonly comment?: string | undefined;
}

/** Whether a rating says nothing new. */
export const isSameOpinion = (before: Opinion, now: Opinion): boolean =>
  before.version === now.version && before.rating === now.rating && before.comment === now.comment;
