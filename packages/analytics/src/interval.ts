/** From where to where a figure may be. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How many of how many. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

/** The 97.5 % quantile of the normal distribution: 95 % of it lie between its negative and itself. */
const z = 1.959963984540054;

/**
 * The 95 % interval of a proportion by Wilson's score, without a correction for continuity: E. B. Wilson, "Probable
 * inference, the law of succession, and statistical inference", Journal of the American Statistical Association 22 (1927).
 * Undefined without a trial.
 */
export const wilsonInterval = ({ successes, trials }: Proportion): Interval | undefined => {
  if (trials === 0) return undefined;
  const share = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const middle = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return {
    low: successes === 0 ? 0 : Math.max(0, middle - half),
    high: successes === trials ? 1 : Math.min(1, middle + half),
  };
};

/**
 * The 95 % interval of the difference `second - first` of two independent proportions: method 10 of R. G. Newcombe,
 * "Interval estimation for the difference between independent proportions: comparison of eleven methods", Statistics in
 * Medicine 17 (1998), 873–890. Undefined where one of them has no trial.
 */
export const newcombeInterval = (first: Proportion, second: Proportion): Interval | undefined => {
  const [one, other] = [wilsonInterval(first), wilsonInterval(second)];
  if (!one || !other) return undefined;
  const [before, after] = [first.successes / first.trials, second.successes / second.trials];
  return {
    low: after - before - Math.hypot(after - other.low, one.high - before),
    high: after - before + Math.hypot(other.high - after, before - one.low),
  };
};
