import type { Difference, Finding } from "@nofx/contract-kit";
import { type BumpVerdict, type Classification, demanding, judgeBump, leastVersion } from "./bump.ts";
import type { VersionedDocument } from "./publish.ts";

/** What has changed between two documents of a kind, and what that demands; the kind's own rules say it. */
export type Classify<Document> = (before: Document, after: Document) => Classification;

/** A version number that was held against what has changed. */
export interface SemverVerdict extends BumpVerdict {
  /** The differences that demand what the number does not say; none if it says enough. */
  readonly reasons: readonly Difference[];
}

/** How many differences a refusal lists. */
const reasonsMax = 100;

/** Holds a document's version number against what has changed since the document of the version before it. */
export const judgeSemver = <Document extends VersionedDocument>(
  classify: Classify<Document>,
  previous: Document,
  published: Document,
): SemverVerdict => {
  const { bump, differences } = classify(previous, published);
  const verdict = judgeBump(previous.version, published.version, bump);
  return { ...verdict, reasons: verdict.enough ? [] : demanding(differences, bump).slice(0, reasonsMax) };
};

/** The lowest version above the highest release that may hold a document. */
export const leastAbove = <Document extends VersionedDocument>(
  classify: Classify<Document>,
  highest: Document,
  published: Document,
): string => leastVersion(highest.version, classify(highest, published).bump);

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
