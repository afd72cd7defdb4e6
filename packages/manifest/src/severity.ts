import type { Change, Verdict } from "./change.ts";
import { severityRules } from "./severity.rules.ts";

const patterns = severityRules.map((candidate) => ({ rule: candidate, steps: candidate.at.split("/") }));

const fits = (steps: readonly string[], names: readonly string[]): boolean => {
  const isOpen = steps.at(-1) === "**";
  const fixed = isOpen ? steps.slice(0, -1) : steps;
  if (isOpen ? names.length <= fixed.length : names.length !== fixed.length) return false;
  return fixed.every((step, index) => step === "*" || step === names[index]);
};

/** Whether a place is no part of its own, but holds parts: `capabilities`, `manifest.dependencies`. */
export const holdsParts = (names: readonly string[]): boolean =>
  !patterns.some(({ steps }) => steps[0] !== "**" && fits(steps, names)) &&
  patterns.some(
    ({ steps }) =>
      steps.length > names.length && names.every((name, index) => steps[index] === "*" || steps[index] === name),
  );

/** The name that a sentence is about: that of the first place whose name is free, else the last one. */
const subject = (steps: readonly string[], names: readonly string[]): string => {
  const free = steps.findIndex((step) => step.startsWith("*"));
  return (steps[free] === "**" ? names.slice(free).join(".") : names.at(free)) ?? "";
};

/** Judges a change by the first rule that fits its place. */
export const judgeByRules = (change: Change): Verdict => {
  const found = patterns.find(({ steps }) => fits(steps, change.names));
  if (!found || change.kind === "reordered") return ["patch", "The order of a list is another one"];
  const judgement = found.rule[change.kind];
  const [severity, sentence] = "depends" in judgement ? judgement.judge(change) : judgement;
  return [severity, sentence.replaceAll("{}", () => subject(found.steps, change.names))];
};
