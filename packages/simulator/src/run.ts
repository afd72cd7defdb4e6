import { type ExecutedStep, executionLimits, type RunOutcome } from "@nofx/contract-marketplace";
import { between, chooser, logNormal, type Random } from "./random.ts";
import type { SampleReport, SimulatedStep } from "./simulation.ts";

/** What decides how a run goes. */
export interface Circumstances {
  readonly steps: readonly SimulatedStep[];
  /** Of a run that goes to its end. */
  readonly medianMs: number;
  readonly successRate: number;
  readonly tokensPerSecond: number;
  readonly usdPerToken: number;
  /** The version is a bad one. */
  readonly isBad: boolean;
}

/** How a run went, without whose it is. */
export type Course = Pick<
  SampleReport,
  "outcome" | "durationMs" | "tokens" | "costUsd" | "failedStep" | "errorClass" | "steps"
>;

const invalidShare = 0.01;
const cancelledShare = 0.02;
/** Of the runs that would succeed, how many still do with a bad version. */
const badSuccess = 0.5;
const badErrorClass = "output_schema_mismatch";
const errorClass = chooser(["timeout", "rate_limited", "tool_error", "model_overloaded"], (_, index) => 4 - index);

const outcomeOf = ({ successRate, isBad }: Circumstances, random: Random): RunOutcome => {
  const place = random();
  if (place < invalidShare) return "invalid";
  if (place < invalidShare + cancelledShare) return "cancelled";
  return random() < successRate * (isBad ? badSuccess : 1) ? "succeeded" : "failed";
};

/** The place of the step that a run comes to: the last if it succeeds; bad versions fail in their middle. */
const endOf = ({ steps, isBad }: Circumstances, outcome: RunOutcome, random: Random): number => {
  if (outcome === "succeeded" || steps.length === 0) return steps.length - 1;
  if (outcome === "failed" && isBad) return Math.floor(steps.length / 2);
  return Math.floor(random() * steps.length);
};

/** Of each step, which part of a run's time it takes. */
const partsOf = (steps: readonly SimulatedStep[], random: Random): number[] => {
  const weights = steps.map(() => between(random, 0.5, 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};

const executed = (ran: readonly SimulatedStep[], outcome: RunOutcome, parts: readonly number[], medianMs: number) =>
  ran.flatMap(({ agentId, agentVersion }, index): ExecutedStep[] => {
    if (agentVersion === undefined) return [];
    const ended = index === ran.length - 1 ? outcome : "succeeded";
    const durationMs = Math.round((parts[index] ?? 0) * medianMs);
    return [{ agentId, version: agentVersion, outcome: ended, durationMs }];
  });

/** Makes up how a run goes. */
export const courseOf = (given: Circumstances, random: Random): Course => {
  const outcome = outcomeOf(given, random);
  if (outcome === "invalid") {
    return { outcome, durationMs: Math.round(between(random, 5, 80)), errorClass: "input_refused" };
  }
  const wholeMs = logNormal(random, given.medianMs, 0.5);
  const ran = given.steps.slice(0, endOf(given, outcome, random) + 1);
  const parts = partsOf(given.steps, random);
  const share = ran.length > 0 ? parts.slice(0, ran.length).reduce((sum, part) => sum + part, 0) : 1;
  const durationMs = Math.round(wholeMs * share);
  const tokens = Math.round((durationMs / 1000) * logNormal(random, given.tokensPerSecond, 0.2));
  const steps = executed(ran, outcome, parts, wholeMs).slice(0, executionLimits.stepsMax);
  const failedStep = ran.at(-1)?.id;
  return {
    outcome,
    durationMs,
    tokens,
    costUsd: Math.round(tokens * given.usdPerToken * 1e6) / 1e6,
    ...(outcome === "failed" && { errorClass: given.isBad ? badErrorClass : errorClass(random) }),
    ...(outcome === "failed" && failedStep !== undefined && { failedStep }),
    ...(steps.length > 0 && { steps }),
  };
};
