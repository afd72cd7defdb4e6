import { intersects, minVersion, validRange } from "semver";
import type { Verdict } from "./change.ts";

/** The release line of a range's lowest version: its major, or below 1.0.0 its minor version. */
const lineOf = (range: string): string | undefined => {
  const lowest = minVersion(range, { loose: false });
  if (!lowest) return undefined;
  const { major, minor } = lowest;
  return major > 0 ? `>=${major}.0.0-0 <${major + 1}.0.0-0` : `>=0.${minor}.0-0 <0.${minor + 1}.0-0`;
};

/** Whether a range still admits a version of the line in which the other one begins. */
const staysInLine = (before: string, after: string): boolean => {
  const line = lineOf(before);
  return line !== undefined && intersects(after, line, { includePrerelease: true });
};

/**
 * A dependency whose range leaves its major version is one that an installation may not have. Ranges that npm does not
 * understand cannot be compared, so they count as leaving it.
 */
export const judgeRange = (before: unknown, after: unknown): Verdict => {
  const [old, fresh] = [String(before), String(after)];
  if (validRange(old) === null || validRange(fresh) === null) {
    return ["major", `Dependency \`{}\` goes from ${old} to ${fresh}, which cannot be compared`];
  }
  if (staysInLine(old, fresh)) return ["minor", `Dependency \`{}\` goes from ${old} to ${fresh}`];
  return ["major", `Dependency \`{}\` goes from ${old} to ${fresh}: installations with the old major version break`];
};
