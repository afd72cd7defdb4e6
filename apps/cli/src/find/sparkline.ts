const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const widthMax = 60;

/** As many sums of neighbours as fit into a line. */
const gathered = (values: readonly number[]): number[] => {
  const size = Math.ceil(values.length / widthMax);
  return Array.from({ length: Math.ceil(values.length / size) }, (_none, index) =>
    values.slice(index * size, (index + 1) * size).reduce((sum, value) => sum + value, 0),
  );
};

/** Numbers as a line of bars, the highest full; nothing is a dot. */
export const sparkline = (values: readonly number[]): string => {
  if (values.length === 0) return "";
  const points = gathered(values);
  const highest = Math.max(...points);
  return points.map((value) => (value === 0 ? "·" : bars[Math.ceil((value / highest) * bars.length) - 1])).join("");
};
