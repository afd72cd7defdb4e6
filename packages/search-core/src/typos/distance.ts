/**
 * How many letters must be put in, taken out, exchanged or swapped with their neighbour to make one word the other
 * (Damerau–Levenshtein, optimal string alignment). Above `max`, some number above `max`.
 */
export const editDistance = (from: string, to: string, max: number): number => {
  const a = [...from];
  const b = [...to];
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = cheapest(a, b, i, j, { before, row, next });
    }
    if (Math.min(...next) > max) return max + 1;
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
};

interface Rows {
  readonly before: readonly number[];
  readonly row: readonly number[];
  readonly next: readonly number[];
}

const cheapest = (a: readonly string[], b: readonly string[], i: number, j: number, { before, row, next }: Rows) => {
  const same = a[i - 1] === b[j - 1] ? 0 : 1;
  const replaced = (row[j - 1] ?? 0) + same;
  const least = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
  const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return isSwapped ? Math.min(least, (before[j - 2] ?? 0) + 1) : least;
};
