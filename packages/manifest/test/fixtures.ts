import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { InterchangeFormat } from "@nofx/contract-registry";

const directory = join(import.meta.dirname, "fixtures");

/** A document of another ecosystem, its text exactly as it lies in the file. */
export interface Fixture {
  readonly file: string;
  readonly format: InterchangeFormat;
  readonly content: string;
}

/** Documents written by hand after the public specifications, in the odd layouts that people and tools produce. */
export const fixtures: readonly Fixture[] = readdirSync(directory).map((file) => ({
  file,
  format: file.split("-")[0] as InterchangeFormat,
  content: readFileSync(join(directory, file), "utf8"),
}));

/** The fixture of a file. */
export const fixture = (file: string): Fixture => {
  const found = fixtures.find((candidate) => candidate.file === file);
  if (!found) throw new Error(`No fixture ${file}`);
  return found;
};

/** Every value at the end of a path, by its JSONPath. */
const leavesOf = (value: unknown, path = "$"): [path: string, leaf: unknown][] => {
  if (value === null || typeof value !== "object") return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((member, index) => leavesOf(member, `${path}[${index}]`));
  return Object.entries(value).flatMap(([key, member]) =>
    leavesOf(member, /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`),
  );
};

/** Leaves of a source that are neither in the target nor told as lost: there must be none. */
export const unaccounted = (
  source: unknown,
  target: unknown,
  losses: readonly { readonly path: string }[],
): string[] => {
  const there = new Set(leavesOf(target).map(([, leaf]) => JSON.stringify(leaf)));
  const isTold = (path: string): boolean =>
    losses.some((loss) => path === loss.path || [".", "["].some((next) => path.startsWith(loss.path + next)));
  return leavesOf(source)
    .filter(([path, leaf]) => !there.has(JSON.stringify(leaf)) && !isTold(path))
    .map(([path]) => path);
};
