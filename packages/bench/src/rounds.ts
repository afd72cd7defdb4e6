import { type Measurement, median, sum } from "./measure.ts";

/** How writing went in one round, through the service or past it. */
export interface Round {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  readonly refused: number;
}

/** The value that a part of all values is at or below. */
const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN;

/** What rounds that alternated between the service and the database itself say together. */
export const measurementOf = (rounds: readonly { readonly service: Round; readonly bare: Round }[]): Measurement => {
  const latencies = rounds.flatMap(({ service }) => service.latenciesMs);
  return {
    servicePerSecond: median(rounds.map(({ service }) => service.perSecond)),
    barePerSecond: median(rounds.map(({ bare }) => bare.perSecond)),
    ratio: median(rounds.map(({ service, bare }) => service.perSecond / bare.perSecond)),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    non2xx: sum(rounds.map(({ service }) => service.refused)),
    errors: sum(rounds.map(({ bare }) => bare.refused)),
  };
};
