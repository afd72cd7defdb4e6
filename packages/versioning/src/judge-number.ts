import type { Finding, SemverPolicy, VersionChange } from "@nofx/contract-kit";
import type { VersionedDocument } from "./publish.ts";
import { type Classify, judgeSemver, leastAbove, semverWarning, tooSmall } from "./semver.ts";

/** A version number that is to be judged, and what it is judged by. */
export interface NumberCase<Document extends VersionedDocument> {
  readonly policy: SemverPolicy;
  readonly classify: Classify<Document>;
  readonly published: Document;
  /** The highest release below it; only if there is none, the highest pre-release below it. */
  readonly below: Document | undefined;
  readonly isTaken: (version: string) => Promise<boolean>;
  readonly highestRelease: () => Promise<Document | undefined>;
}

/** What is said of a version number that may be published. */
export interface JudgedNumber {
  readonly change?: VersionChange;
  readonly warnings: readonly Finding[];
}

/** Whether a version number may be published; if not, what `version_bump_too_small` tells. */
export type NumberVerdict =
  | ({ readonly outcome: "allowed" } & JudgedNumber)
  | {
      readonly outcome: "refused";
      readonly detail: string;
      readonly members: Readonly<Record<string, unknown>>;
    };

/** Between two published versions there may be no room for what has changed: then it goes above all of them. */
const leastFree = async <Document extends VersionedDocument>(
  { classify, published, isTaken, highestRelease }: NumberCase<Document>,
  least: string,
): Promise<string> => {
  if (!(await isTaken(least))) return least;
  const highest = await highestRelease();
  return highest ? leastAbove(classify, highest, published) : least;
};

/** Holds a new version's number against what has changed since the release below it, as the tenant's policy wants it. */
export const judgeNumber = async <Document extends VersionedDocument>(
  given: NumberCase<Document>,
): Promise<NumberVerdict> => {
  const { policy, classify, below, published } = given;
  if (policy === "off" || !below) return { outcome: "allowed", warnings: [] };
  const verdict = judgeSemver(classify, below, published);
  const change = { previous: verdict.previous, required: verdict.required, declared: verdict.declared };
  if (verdict.enough) return { outcome: "allowed", change, warnings: [] };
  const least = await leastFree(given, verdict.least);
  const detail = tooSmall(published.version, verdict, least);
  if (policy === "warn") return { outcome: "allowed", change, warnings: [semverWarning(detail, least)] };
  return { outcome: "refused", detail, members: { ...change, least, reasons: verdict.reasons } };
};
