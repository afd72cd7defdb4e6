import { parse } from "semver";

const number = (digits: string | number): string => {
  const text = String(digits);
  return `${String.fromCharCode(96 + text.length)}${text}`;
};

/**
 * A key whose order by bytes is the order of SemVer 2.0.0 precedence (section 11), so that databases can sort and index
 * versions: build metadata does not count, and two versions of equal precedence have equal keys.
 * Numbers are written behind a letter for their length; a release ends in `~`, which follows everything in a pre-release.
 */
export const precedenceKey = (version: string): string => {
  const parsed = parse(version);
  if (!parsed) throw new RangeError(`Not a semantic version: ${version}`);
  const core = [parsed.major, parsed.minor, parsed.patch].map(number).join(".");
  if (parsed.prerelease.length === 0) return `${core}~`;
  const identifiers = parsed.prerelease.map((id) => (typeof id === "number" ? `0${number(id)}` : `1${id}`));
  return `${core}-${identifiers.join("!")}`;
};

/** True for a version without a pre-release part. */
export const isStable = (version: string): boolean => parse(version)?.prerelease.length === 0;
