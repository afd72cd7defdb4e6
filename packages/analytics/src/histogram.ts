/** How many values are in a bucket. */
export interface BucketCount {
  readonly bucket: number;
  readonly count: number;
}

/** Counts of values by buckets that grow by a tenth. Histograms of one scheme are merged by adding up. */
export interface Histogram {
  /** Which buckets these are: counts of different schemes cannot be merged. */
  readonly scheme: number;
  readonly counts: readonly BucketCount[];
}

/** The scheme in use: bucket 0 holds 0, bucket n from 1.1^(n-1) up to below 1.1^n. */
export const histogramScheme = 1;

const base = 1.1;

/** The largest relative error of an estimate: that of the middle of a bucket against its ends, 4.9 %. */
export const histogramErrorMax = Math.sqrt(base) - 1;

/** The bucket of a whole number, 0 or more. */
export const bucketOf = (value: number): number => (value < 1 ? 0 : 1 + Math.floor(Math.log(value) / Math.log(base)));

/** What a value in a bucket is taken for: the geometric middle, which is off by the same factor at both ends. */
export const bucketMiddle = (bucket: number): number => (bucket === 0 ? 0 : base ** (bucket - 0.5));

const schemeOf = ({ scheme }: Histogram): number => {
  if (scheme !== histogramScheme) throw new RangeError(`No histogram of scheme ${scheme} can be read here`);
  return scheme;
};

/** One histogram of all values. @throws RangeError for one of another scheme */
export const mergeHistograms = (histograms: readonly Histogram[]): Histogram => {
  const counts = new Map<number, number>();
  for (const histogram of histograms) {
    schemeOf(histogram);
    for (const { bucket, count } of histogram.counts) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  }
  const ordered = [...counts].sort(([one], [other]) => one - other);
  return { scheme: histogramScheme, counts: ordered.map(([bucket, count]) => ({ bucket, count })) };
};

/** How many values were counted. */
export const histogramSize = ({ counts }: Histogram): number => counts.reduce((sum, { count }) => sum + count, 0);

/**
 * The value that at least this share of the values does not exceed, by nearest rank: of n values the one in place ⌈q·n⌉.
 * Off by `histogramErrorMax` at the most. Undefined if nothing was counted. @throws RangeError for another scheme
 */
export const quantile = (histogram: Histogram, share: number): number | undefined => {
  const { counts } = mergeHistograms([histogram]);
  const rank = Math.max(1, Math.ceil(share * histogramSize(histogram)));
  let seen = 0;
  for (const { bucket, count } of counts) {
    seen += count;
    if (seen >= rank) return bucketMiddle(bucket);
  }
  return undefined;
};
