import { parse, type SemVer } from "semver";
import { parseRange } from "./range.ts";

/** One comparator that npm reads, as it is written: `^1.2`, `>= 1.0.0`, `1.x`. */
const comparator = /^(\^|~|>=|<=|>|<|=)?\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*])(-[0-9A-Za-z.-]+)?)?$/;
/** From a version to below another one. */
const between = /^>=\s*([^\s<>=|]+)\s+<\s*([^\s<>=|]+)$/;

/** The first version that may break with what a version promises. */
const ceiling = ({ major, minor }: SemVer): string => (major > 0 ? `${major + 1}.0.0` : `0.${minor + 1}.0`);

/** A version, told with as many parts as before; a wildcard stays one. A pre-release is nothing less than all of it. */
const likewise = (parts: readonly string[], to: SemVer): string => {
  if (to.prerelease.length > 0) return to.version;
  const numbers = [to.major, to.minor, to.patch];
  return parts.map((part, index) => (/\d/.test(part) ? numbers[index] : part)).join(".");
};

const movedComparator = ([, operator = "", ...rest]: readonly string[], to: SemVer): string => {
  const parts = rest.slice(0, 3).filter((part) => part !== undefined);
  if (/^[xX*]$/.test(parts[0] ?? "")) return `>=${to.version}`;
  if (operator === ">" || operator === ">=") return `>=${to.version}`;
  if (operator === "<" || operator === "<=") return `<${ceiling(to)}`;
  return `${operator}${likewise(parts, to)}`;
};

/** One alternative of a range, moved. */
const movedPart = (part: string, to: SemVer): string => {
  const one = comparator.exec(part);
  if (one) return movedComparator(one as unknown as string[], to);
  return between.test(part) ? `>=${to.version} <${ceiling(to)}` : `^${to.version}`;
};

/**
 * The range that its author would write to have a version that it does not admit: `^1.2.0` becomes `^2.0.0`, `~1.2` becomes
 * `~2.0`, `1.x` becomes `2.x`, an exact version the other one; to alternatives one more is added. What admits the version
 * stays as it is. What is no range, or cannot be told in its own way, becomes `^` and the version.
 */
export const movedRange = (range: string, version: string): string => {
  const to = parse(version);
  if (!to) throw new RangeError(`Not a semantic version: ${version}`);
  const text = range.trim() === "latest" ? "*" : range.trim();
  if (parseRange(text)?.includes(to.version)) return range;
  const alternatives = text.split("||").map((part) => part.trim());
  const moved = movedPart(alternatives.at(-1) || "*", to);
  const all = alternatives.length > 1 ? [...alternatives, moved].join(" || ") : moved;
  const told = [all, moved].find((one) => parseRange(one)?.includes(to.version));
  return told ?? `^${to.version}`;
};
