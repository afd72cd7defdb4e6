/** What one point of a series counts. */
export type UsageBucket = "hour" | "day";

/** A time in whole hours or days of UTC; `to` is the first moment behind it. */
export interface UsageRange {
  readonly from: Date;
  readonly to: Date;
  readonly bucket: UsageBucket;
}

/** What somebody asked for. */
export interface AskedRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly bucket: UsageBucket;
}

const hourMs = 60 * 60 * 1000;
const lengthMs = { hour: hourMs, day: 24 * hourMs } as const;
const usual = { hour: 24, day: 30 } as const;

/** A date is its first moment. `from` begins with the hour or day that it is in, `to` ends with that before it or around it; `most` says how many of them there may be. */
export const rangeOf = (
  { from, to, bucket }: AskedRange,
  now: Date,
  most: Readonly<Record<UsageBucket, number>>,
): UsageRange | { readonly refused: { readonly path: string; readonly message: string } } => {
  const length = lengthMs[bucket];
  const end =
    to === undefined ? (Math.floor(now.getTime() / length) + 1) * length : Math.ceil(Date.parse(to) / length) * length;
  const start = from === undefined ? end - usual[bucket] * length : Math.floor(Date.parse(from) / length) * length;
  if (start >= end) return { refused: { path: "$.query.to", message: "The time ends before it begins" } };
  if ((end - start) / length > most[bucket]) {
    const message = `At most ${most[bucket]} ${bucket}s; yours are ${(end - start) / length}`;
    return { refused: { path: "$.query.from", message } };
  }
  return { from: new Date(start), to: new Date(end), bucket };
};

/** The same length of time right before. */
export const rangeBefore = ({ from, to, bucket }: UsageRange): UsageRange => ({
  from: new Date(2 * from.getTime() - to.getTime()),
  to: from,
  bucket,
});

/** When each hour or day of a time begins. */
export const bucketsOf = ({ from, to, bucket }: UsageRange): number[] =>
  Array.from(
    { length: Math.round((to.getTime() - from.getTime()) / lengthMs[bucket]) },
    (_, index) => from.getTime() + index * lengthMs[bucket],
  );
