import type { CallerKind } from "@nofx/contract-marketplace";
import { between, chooser, logNormal, type Random, zipf } from "./random.ts";
import type { SimulatedTemplate } from "./simulation.ts";

/** What is always so of a template's runs. */
export interface Habits {
  /** Of a run in production. */
  readonly medianMs: number;
  readonly tokensPerSecond: number;
  readonly usdPerToken: number;
  readonly successRate: number;
  readonly person: (random: Random) => string;
}

/** Draws the habits of a template. */
export const habitsOf = (random: Random, peopleMax: number): Habits => {
  const people = Array.from({ length: Math.ceil(between(random, 0, peopleMax)) }, (_, n) => `sample-person-${n + 2}`);
  return {
    medianMs: logNormal(random, 45_000, 0.7),
    tokensPerSecond: logNormal(random, 90, 0.4),
    usdPerToken: between(random, 2, 12) / 1e6,
    successRate: between(random, 0.93, 0.985),
    person: chooser<string>(["sample-person-1", ...people], zipf),
  };
};

const weights: Readonly<Record<string, number>> = { production: 6, staging: 2 };

/** Where runs of a template's versions are: most in production. */
export const environmentsOf = ({
  versions,
}: SimulatedTemplate): ((index: number, random: Random) => string | undefined) => {
  const choosers = versions.map(({ environments: [first, ...others] }) =>
    first === undefined ? undefined : chooser([first, ...others], (name) => weights[name] ?? 1),
  );
  return (index, random) => choosers[index]?.(random);
};

/** How long a run takes, as a part of what it takes in production: there is less to do elsewhere. */
export const paceIn = (environment: string | undefined): number =>
  environment === undefined || environment === "production" ? 1 : environment === "staging" ? 0.8 : 0.55;

const inProduction = chooser<CallerKind>(["agent", "human", "ci"], zipf);
const elsewhere = chooser<CallerKind>(["ci", "human", "agent"], zipf);

/** Who asks for a run. */
export const callerIn = (environment: string | undefined, random: Random): CallerKind =>
  environment === undefined || environment === "production" ? inProduction(random) : elsewhere(random);
