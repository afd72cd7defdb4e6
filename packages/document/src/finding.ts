import { type Finding, jsonPath } from "@nofx/contract-kit";
import { isRecord } from "@nofx/versioning";

/** Where in a document: keys and positions from its root. */
export type Path = readonly PropertyKey[];

/** Something found in a file of a directory. */
export interface FileFinding extends Finding {
  /** Below the directory, with `/` between names. */
  readonly file: string;
}

/** Makes a finding, its place written both ways. */
export const finding = (
  severity: Finding["severity"],
  path: Path,
  code: string,
  message: string,
  fix?: string,
): Finding => ({
  path: jsonPath(path),
  field: path.map(String).join("."),
  message,
  code,
  severity,
  ...(fix !== undefined && { fix }),
});

/** The value if it is an array, otherwise an empty one. */
export const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The value if it is a JSON object, otherwise an empty one. */
export const asObject = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

/** The value at a place; undefined if there is none. */
export const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);

/** How many errors, and how many warnings, are told one by one: more of them help nobody. */
export const findingsMax = 200;

/** The first findings, and one that says how many more there are. */
export const capped = (findings: readonly Finding[]): Finding[] => {
  const [first] = findings;
  if (!first || findings.length <= findingsMax) return [...findings];
  const more = `${findings.length - findingsMax} more like these; mend these first`;
  return [...findings.slice(0, findingsMax), finding(first.severity, [], "more_findings", more)];
};

/** A finding of a part, told as one of the whole: `base` is where the part is. */
export const under = (base: Path, found: Finding): Finding => ({
  ...found,
  path: jsonPath(base) + found.path.slice(1),
  field: [...base.map(String), ...(found.field === "" ? [] : [found.field])].join("."),
});
