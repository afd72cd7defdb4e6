import autocannon from "autocannon";
import type { Subject, Target } from "./subjects.ts";

const connections = 32;
/** How often it is looked whether the time is over. */
const sampleMs = 50;

/** How one server fared in one round. */
interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly non2xx: number;
  readonly errors: number;
}

export interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** What the rounds say together. */
export interface Measurement {
  readonly servicePerSecond: number;
  readonly barePerSecond: number;
  /** Median over the rounds of service to bare. */
  readonly ratio: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly non2xx: number;
  readonly errors: number;
}

/** The middle value; of two middle ones their mean. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = low] = sorted.slice(sorted.length % 2 === 0 ? middle - 1 : middle, middle + 1);
  return (low + high) / 2;
};

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const load = async (target: Target, subject: Subject, seconds: number, signal: AbortSignal): Promise<Round> => {
  signal.throwIfAborted();
  const requests = subject.addresses.map((path) => ({ method: "GET" as const, path }));
  const { url, headers } = target;
  const options = { url, headers, connections, duration: seconds, sampleInt: sampleMs, requests };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, outcome) => (error ? reject(error) : resolve(outcome)));
    signal.addEventListener("abort", () => run.stop(), { once: true });
  });
  signal.throwIfAborted();
  return {
    perSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    non2xx: result.non2xx,
    errors: result.errors,
  };
};

/** Loads service and bare server in turn, so that whatever else the machine does meets both alike. */
export const compare = async (
  service: Target,
  bare: Target,
  subject: Subject,
  plan: Plan,
  signal: AbortSignal,
): Promise<Measurement> => {
  if (plan.warmUpSeconds > 0) {
    for (const target of [service, bare]) await load(target, subject, plan.warmUpSeconds, signal);
  }
  const rounds: { readonly service: Round; readonly bare: Round }[] = [];
  while (rounds.length < plan.rounds) {
    rounds.push({
      service: await load(service, subject, plan.seconds, signal),
      bare: await load(bare, subject, plan.seconds, signal),
    });
  }
  const all = rounds.flatMap((round) => [round.service, round.bare]);
  return {
    servicePerSecond: median(rounds.map((round) => round.service.perSecond)),
    barePerSecond: median(rounds.map((round) => round.bare.perSecond)),
    ratio: median(rounds.map((round) => round.service.perSecond / round.bare.perSecond)),
    p50Ms: median(rounds.map((round) => round.service.p50Ms)),
    p99Ms: median(rounds.map((round) => round.service.p99Ms)),
    non2xx: sum(all.map((round) => round.non2xx)),
    errors: sum(all.map((round) => round.errors)),
  };
};
