import type { Bump, Difference, VersionChange } from "@nofx/contract-kit";
import { parse, SemVer } from "semver";
import { compareBumps } from "./change.ts";

/** What has changed between two documents, and the bump that all of it together demands. */
export interface Classification {
  readonly bump: Bump;
  readonly differences: Difference[];
}

/** Judges all differences together. The version number itself demands nothing: it is what is judged. */
export const classification = (found: Difference[]): Classification => {
  const bump = found
    .filter(({ path }) => path !== "$.version")
    .reduce<Bump>((highest, { severity }) => (compareBumps(severity, highest) > 0 ? severity : highest), "none");
  return { bump, differences: found };
};

/** The differences that demand at least this bump. */
export const demanding = (found: readonly Difference[], bump: Bump): Difference[] =>
  found.filter(({ path, severity }) => path !== "$.version" && compareBumps(severity, bump) >= 0);

/** Whether a version number says enough, and what it says. */
export interface BumpVerdict extends VersionChange {
  readonly enough: boolean;
  /** The lowest version above `previous` that says enough. */
  readonly least: string;
}

const parsed = (version: string): SemVer => {
  const result = parse(version);
  if (!result) throw new RangeError(`Not a semantic version: ${version}`);
  return result;
};

const declaredBump = (from: SemVer, to: SemVer): Bump => {
  if (to.major !== from.major) return "major";
  if (to.minor !== from.minor) return "minor";
  return to.patch !== from.patch ? "patch" : "none";
};

/** Below 1.0.0 the minor version stands for the major one, and the patch for the minor. */
const neededStep = (from: SemVer, required: Bump): Bump => {
  if (from.major > 0) return required;
  return required === "major" ? "minor" : required === "minor" ? "patch" : required;
};

/** The lowest release above a version that may hold changes of this size. */
export const leastVersion = (from: string, required: Bump): string => {
  const version = parsed(from);
  const { major, minor, patch } = version;
  // A pre-release may still become anything: its own release is the next step.
  if (version.prerelease.length > 0) return `${major}.${minor}.${patch}`;
  const step = neededStep(version, required);
  if (step === "major") return `${major + 1}.0.0`;
  return step === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
};

/**
 * The lowest version above another one that may hold changes of this size and is as much of a release: above a pre-release
 * it is the next pre-release, since whoever changes one does not say that it is done.
 */
export const versionAfter = (from: string, required: Bump): string =>
  parsed(from).prerelease.length > 0 ? new SemVer(from).inc("prerelease").version : leastVersion(from, required);

/**
 * Holds a version number against what has changed since the version before it. A pre-release counts as the release that
 * it prepares. Nobody can rely on a pre-release (SemVer 2.0.0, section 9), so from one to the next, or to its release,
 * anything may change.
 */
export const judgeBump = (from: string, to: string, required: Bump): BumpVerdict => {
  const [before, after] = [parsed(from), parsed(to)];
  const declared = declaredBump(before, after);
  const isSameRelease = declared === "none" && before.prerelease.length > 0;
  const enough = isSameRelease || compareBumps(declared, neededStep(before, required)) >= 0;
  const suffix = after.prerelease.length > 0 ? `-${after.prerelease.join(".")}` : "";
  return { previous: from, required, declared, enough, least: leastVersion(from, required) + suffix };
};
