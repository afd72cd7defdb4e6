import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A number from 0 up to 1, without 1. */
export type Random = () => number;

/** The same numbers for the same seed. */
export const randomOf = (seed: number): Random => {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
};

/** A number between two others. */
export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

/** Chooses among values, each as often as its weight says. */
export const chooser = <T>(values: readonly [T, ...T[]], weightOf: (value: T, index: number) => number) => {
  let total = 0;
  const sums = values.map((value, index) => {
    total += weightOf(value, index);
    return total;
  });
  return (random: Random): T => {
    const place = random() * total;
    return values[sums.findIndex((sum) => place < sum)] ?? values[0];
  };
};

/** Zipf's law: the value in place n weighs 1/n. */
export const zipf = (_value: unknown, index: number): number => 1 / (index + 1);

/** Farther from the median than nearly all: keeps what is multiplied within bounds. */
const deviationsMax = 3.5;

/** A number that is as often half its median as twice, by Box and Muller. */
export const logNormal = (random: Random, median: number, sigma: number): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * Math.max(-deviationsMax, Math.min(deviationsMax, normal)));
};

/** So many of the places from 0 up to a length, each as likely as any other. */
export const somePlaces = (random: Random, length: number, count: number): Set<number> => {
  const places = Array.from({ length }, (_, place) => place);
  for (let place = 0; place < count; place += 1) {
    const other = place + Math.floor(random() * (length - place));
    [places[place], places[other]] = [places[other] as number, places[place] as number];
  }
  return new Set(places.slice(0, count));
};
