import { type Interval, wilsonInterval } from "./interval.ts";

/** How many runs ended how. */
export interface Outcomes {
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly invalid: number;
}

/** How many runs there were. */
export const runsOf = ({ succeeded, failed, cancelled, invalid }: Outcomes): number =>
  succeeded + failed + cancelled + invalid;

/** The counts alone, with their sum. */
export const countsOf = (outcomes: Outcomes): Outcomes & { runs: number } => {
  const { succeeded, failed, cancelled, invalid } = outcomes;
  return { runs: runsOf(outcomes), succeeded, failed, cancelled, invalid };
};

/** The success rate with its interval; nothing if nothing has succeeded or failed. */
export const successOf = ({
  succeeded,
  failed,
}: Pick<Outcomes, "succeeded" | "failed">): { success?: Interval & { rate: number } } => {
  const trials = succeeded + failed;
  const interval = wilsonInterval({ successes: succeeded, trials });
  return interval ? { success: { rate: succeeded / trials, ...interval } } : {};
};

/** To the hundredth of a millisecond: estimates are not more exact. */
export const roundedMs = (ms: number): number => Math.round(ms * 100) / 100;

/** How long a run that succeeded took on average. */
export const meanMsOf = ({
  durationMs,
  succeeded,
}: Pick<Outcomes, "succeeded"> & { readonly durationMs: number }): number => roundedMs(durationMs / succeeded);
