import type { AgentVersionDocument, Difference, Finding } from "@nofx/contract-registry";
import { classify } from "@nofx/manifest";
import { type BumpVerdict, demanding, judgeBump, leastVersion } from "@nofx/versioning";

/** A version number that was held against what has changed. */
export interface SemverVerdict extends BumpVerdict {
  /** The differences that demand what the number does not say; none if it says enough. */
  readonly reasons: readonly Difference[];
}

/** How many differences a refusal lists. */
const reasonsMax = 100;

/** Holds a document's version number against what has changed since the document of the version before it. */
export const judgeSemver = (previous: AgentVersionDocument, published: AgentVersionDocument): SemverVerdict => {
  const { bump, differences } = classify(previous, published);
  const verdict = judgeBump(previous.version, published.version, bump);
  return { ...verdict, reasons: verdict.enough ? [] : demanding(differences, bump).slice(0, reasonsMax) };
};

/** The lowest version above the highest release that may hold a document. */
export const leastAbove = (highest: AgentVersionDocument, published: AgentVersionDocument): string =>
  leastVersion(highest.version, classify(highest, published).bump);

const told = (reasons: readonly Difference[]): string => {
  const distinct = [...new Set(reasons.map(({ reason }) => reason))];
  const shown = distinct.slice(0, 3).join(". ");
  return distinct.length > 3 ? `${shown}. And ${distinct.length - 3} more` : shown;
};

const sizes = { none: "no step", patch: "a patch", minor: "a minor step", major: "a major step" } as const;

/** Why a version number is refused or warned about, and which one would do. */
export const tooSmall = (published: string, verdict: SemverVerdict, least: string): string =>
  `${published} is ${sizes[verdict.declared]} from ${verdict.previous}, but the change is ${verdict.required}. ${told(verdict.reasons)}. Publish as ${least}.`;

/** The warning that stands in for the refusal where the policy says so. */
export const semverWarning = (message: string, least: string): Finding => ({
  path: "$.version",
  field: "version",
  code: "version_bump_too_small",
  severity: "warning",
  message,
  fix: least,
});
