/** Times of one kind of question, in milliseconds. */
export interface Times {
  readonly p50: number;
  readonly p95: number;
}

const quantile = (sorted: readonly number[], part: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 100) / 100;

/** Asks questions with so many at a time, one kind after the other; the first round warms up and does not count. */
export const measure = async <Kind extends string>(
  kinds: Readonly<Record<Kind, (round: number) => Promise<unknown>>>,
  { rounds, concurrency }: { readonly rounds: number; readonly concurrency: number },
): Promise<Record<Kind, Times>> => {
  const names = Object.keys(kinds) as Kind[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Kind, number[]>;
  let next = 0;
  const work = async () => {
    while (next < rounds * names.length) {
      const turn = next;
      next += 1;
      const name = names[turn % names.length] as Kind;
      const startedAt = performance.now();
      await kinds[name](Math.floor(turn / names.length));
      if (turn >= concurrency * names.length) times[name].push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return Object.fromEntries(
    names.map((name) => {
      const sorted = times[name].toSorted((a, b) => a - b);
      return [name, { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) }];
    }),
  ) as Record<Kind, Times>;
};
