import { type Finding, SchemaReference } from "@nofx/contract-kit";
import { asArray, asObject, capped, type Path } from "./finding.ts";
import { type Locator, pathSteps } from "./locate.ts";
import { readText } from "./read-text.ts";

/** The verdict on a manifest: usable with warnings, or the errors that prevent publishing. */
export type Judged<Manifest> =
  | { readonly valid: true; readonly manifest: Manifest; readonly errors: readonly []; readonly warnings: Finding[] }
  | { readonly valid: false; readonly errors: Finding[]; readonly warnings: Finding[] };

/** What a directory amounts to: the body of publish and validate, not judged yet, and what is wrong with the directory itself. */
export interface Assembly {
  readonly manifest: unknown;
  readonly findings: Finding[];
}

/**
 * The content of a manifest's file without its reference to a JSON Schema: that is for editors, depends on where the file
 * lies, and is not published. One that no editor can follow stays, and is reported.
 */
export const withoutSchemaReference = (content: Record<string, unknown>): Record<string, unknown> => {
  if (!SchemaReference.safeParse(content.$schema).success) return content;
  const { $schema: _forEditors, ...rest } = content;
  return rest;
};

/** How manifests of a kind are judged. */
export interface ManifestRules<Manifest> {
  /** Puts the manifest together: `content` is its parsed file, `files` everything beside it by relative POSIX path. */
  readonly assemble: (content: unknown, files: ReadonlyMap<string, Uint8Array>) => Assembly;
  readonly validate: (manifest: unknown) => Judged<Manifest>;
  /** Whether a place of the manifest comes from another file than the text and those under `files`. */
  readonly isElsewhere?: (content: unknown, path: Path) => boolean;
}

/** How many of a manifest's files stand in its own text; the others lie beside it. */
export const listedFiles = (content: unknown): number => asArray(asObject(content).files).length;

const isBeside = (content: unknown, [first, second]: Path): boolean =>
  first === "files" && typeof second === "number" && second >= listedFiles(content);

const placed = <Manifest>(
  { isElsewhere }: ManifestRules<Manifest>,
  findings: readonly Finding[],
  content: unknown,
  locate: Locator,
): Finding[] =>
  findings.map((found) => {
    const path = pathSteps(found.path) ?? [];
    if (isBeside(content, path) || isElsewhere?.(content, path)) return found;
    return { ...found, ...locate(found.path, found.code === "unknown_key" ? "key" : undefined) };
  });

/**
 * Judges the text of a manifest, with the files beside it: what is wrong with the text, with the directory and with the
 * manifest, each with line and column where it lies in the text. A finding about a file beside it has none.
 */
export const judgeText = <Manifest>(
  rules: ManifestRules<Manifest>,
  text: string,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): Judged<Manifest> => {
  const { content, errors, warnings: twice, locate } = readText(text);
  if (!content) return { valid: false, errors: [...errors], warnings: [] };
  const { manifest, findings } = rules.assemble(content.value, files);
  const verdict = rules.validate(manifest);
  const warnings = capped([...twice, ...placed(rules, verdict.warnings, content.value, locate)]);
  const wrong = [...errors, ...placed(rules, [...findings, ...verdict.errors], content.value, locate)];
  if (verdict.valid && wrong.length === 0) return { ...verdict, warnings };
  return { valid: false, errors: capped(wrong), warnings };
};
