const parts = /^(.*:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/;

/** A timestamp in nanoseconds: two writes may lie in one millisecond, and `Date` would call them equal. */
export const instantOf = (timestamp: string): bigint => {
  const [, seconds, fraction = "", zone] = parts.exec(timestamp) ?? [];
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds)) throw new Error(`"${timestamp}" is not a timestamp`);
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
};

/** Whether a timestamp lies after another. */
export const isAfter = (later: string, earlier: string): boolean => instantOf(later) > instantOf(earlier);
