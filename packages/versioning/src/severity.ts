import type { Change, Verdict } from "./change.ts";
import { fits } from "./place.ts";

/** A judgement that depends on the values, and how the documentation puts it. */
export interface Depends {
  readonly depends: string;
  readonly judge: (change: Change) => Verdict;
}
export type Judgement = Verdict | Depends;

/** The same, whether a part is new, gone or another. */
export const always = (verdict: Judgement) => ({ added: verdict, removed: verdict, changed: verdict });

/** Nobody relies on it. */
export const wording = (sentence: string) => always(["patch", sentence]);

/** What a change of one part of a document means. */
export interface SeverityRule {
  /** Names from the root: `*` is any one name, `**` any further ones. */
  readonly at: string;
  /** The part, as the documentation calls it. */
  readonly part: string;
  readonly added: Judgement;
  readonly removed: Judgement;
  readonly changed: Judgement;
}

/** Makes a rule. */
export const rule = (
  at: string,
  part: string,
  judgements: Pick<SeverityRule, "added" | "removed" | "changed">,
): SeverityRule => ({ at, part, ...judgements });

/** The rules of one kind of document, ready to be asked. */
export interface SeverityTable {
  /** Whether a place is no part of its own, but holds parts: `capabilities`, `manifest.dependencies`. */
  holdsParts(names: readonly string[]): boolean;
  /** Judges a change by the first rule that fits its place. */
  judge(change: Change): Verdict;
}

const leadsInto = (steps: readonly string[], names: readonly string[]): boolean =>
  steps.length > names.length && names.every((name, index) => steps[index] === "*" || steps[index] === name);

/** The name that a sentence is about: that of the first place whose name is free, else the last one. */
const subject = (steps: readonly string[], names: readonly string[]): string => {
  const free = steps.findIndex((step) => step.startsWith("*"));
  return (steps[free] === "**" ? names.slice(free).join(".") : names.at(free)) ?? "";
};

/** Makes a table of rules. What no rule fits is major: nobody has said that it is harmless. */
export const severityTable = (rules: readonly SeverityRule[]): SeverityTable => {
  const patterns = rules.map((rule) => ({ rule, steps: rule.at.split("/") }));
  return {
    holdsParts: (names) => {
      const about = patterns.filter(({ steps }) => steps[0] !== "**");
      if (about.some(({ steps }) => steps.at(-1) !== "**" && fits(steps, names))) return false;
      // A rule for everything else in a place does not make one part of what earlier rules tell apart.
      const first = about.find(({ steps }) => fits(steps, names) || leadsInto(steps, names));
      return first !== undefined && !fits(first.steps, names);
    },
    judge: (change) => {
      const found = patterns.find(({ steps }) => fits(steps, change.names));
      if (change.kind === "reordered") return ["patch", "The order of a list is another one"];
      if (!found) return ["major", `No rule says what a change of \`${change.names.join(".")}\` means`];
      const judgement = found.rule[change.kind];
      const [severity, sentence] = "depends" in judgement ? judgement.judge(change) : judgement;
      return [severity, sentence.replaceAll("{}", () => subject(found.steps, change.names))];
    },
  };
};
