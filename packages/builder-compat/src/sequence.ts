const pairsOf = <T>(values: readonly T[]): [T, T][] =>
  values.slice(1).map((value, index) => [values[index] as T, value]);

/** Whether each value is greater than the one before, or each is less. */
export const isStrictlyMonotone = (values: readonly number[]): boolean => {
  const pairs = pairsOf(values);
  return pairs.every(([a, b]) => a < b) || pairs.every(([a, b]) => a > b);
};

/** Whether the values are consecutive integers, each once, in whatever order. */
export const isGapless = (values: readonly number[]): boolean =>
  pairsOf(values.toSorted((a, b) => a - b)).every(([a, b]) => b === a + 1);

/** Whether no value is greater than the one before. */
export const isDescending = (values: readonly bigint[]): boolean => pairsOf(values).every(([a, b]) => a >= b);
