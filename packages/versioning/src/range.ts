import { Range } from "semver";

/** A version range as npm reads it. */
export interface VersionRange {
  readonly text: string;
  /** Pre-releases are included only if the range names one of the same major.minor.patch, as npm has it. */
  includes(version: string): boolean;
  /** The same, with all pre-releases between the range's ends. */
  includesPrerelease(version: string): boolean;
}

/** Longest range that is read: the work of reading and testing grows with it. */
const rangeLengthMax = 256;

/** Reads a range such as `^1.2`, once for many tests; undefined if it is none, or longer than 256 characters. */
export const parseRange = (text: string): VersionRange | undefined => {
  if (text.length > rangeLengthMax) return undefined;
  try {
    const range = new Range(text);
    const wide = new Range(text, { includePrerelease: true });
    return { text, includes: (version) => range.test(version), includesPrerelease: (version) => wide.test(version) };
  } catch {
    return undefined;
  }
};
