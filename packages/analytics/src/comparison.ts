import { type Interval, newcombeInterval, type Proportion } from "./interval.ts";

/** What an interval lets one say: only that which holds at both of its ends. */
export type Verdict = "better" | "worse" | "unclear";

/** How two proportions differ, the second from the first. */
export interface ComparedProportions {
  /** Absent where one of them has no trial. */
  readonly difference?: number;
  readonly interval?: Interval;
  readonly verdict: Verdict;
}

/** What may be said about a difference that is in the interval, where more is better. */
export const verdictOf = (interval: Interval | undefined): Verdict => {
  if (interval && interval.low > 0) return "better";
  if (interval && interval.high < 0) return "worse";
  return "unclear";
};

/** Compares the second proportion with the first; where more is better. */
export const compareProportions = (first: Proportion, second: Proportion): ComparedProportions => {
  const interval = newcombeInterval(first, second);
  if (!interval) return { verdict: "unclear" };
  const difference = second.successes / second.trials - first.successes / first.trials;
  return { difference, interval, verdict: verdictOf(interval) };
};
