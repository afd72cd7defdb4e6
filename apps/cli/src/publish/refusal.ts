import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Difference, type ProblemItem } from "@nofx/contract-kit";
import { locate } from "@nofx/document";
import type { FileFinding, SyncProblem } from "@nofx/sync";
import { z } from "zod";
import { shownFile } from "./plan-publishing.ts";
import type { Version } from "./publish-directories.ts";

/** Why a version was not published, and what to do about it. */
export const Refusal = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  next: z.string().optional().meta({ description: "What to do about it" }),
  least: z.string().optional().meta({ description: "The least version number that says enough" }),
  differences: z
    .array(Difference)
    .optional()
    .meta({ description: "What has changed more than the version number says, or differs from what is published" }),
});
export type Refusal = z.infer<typeof Refusal>;

const force = "Or publish nevertheless with --force, which takes an administrator.";

/** What helps, by the code of the problem. */
const advice: Readonly<Record<string, (file: string, least: string | undefined) => string>> = {
  version_bump_too_small: (file, least) =>
    least === undefined ? `Write a higher version in ${file}.` : `Write "version": "${least}" in ${file}.`,
  version_conflict: (file) => `What is published never changes: write a higher version in ${file}.`,
  manifest_invalid: (file) => `Correct ${file}; \`nofx validate --remote\` checks it and publishes nothing.`,
  draft_needs_release: () => "Release the draft: nofx lifecycle <resource> active --version <version>.",
  dependencies_unsatisfiable: (file) => `Publish what is missing, or change the ranges in ${file}. ${force}`,
  dependencies_too_complex: (file) => `Narrow the ranges in ${file}. ${force}`,
  tests_failed: (file) => `Correct the template or its tests in ${file}. ${force}`,
};

const isText = (value: unknown): value is string => typeof value === "string";

/** A problem of a sync as the command tells it. */
export const refusalOf = ({ code, title, detail, least, reasons, difference }: SyncProblem, file: string): Refusal => {
  const smallest = isText(least) ? least : undefined;
  const differences = z.array(Difference).safeParse(reasons ?? difference);
  const next = advice[code]?.(file, smallest);
  return {
    code,
    title,
    ...(detail !== undefined && { detail }),
    ...(next !== undefined && { next }),
    ...(smallest !== undefined && { least: smallest }),
    ...(differences.success && { differences: differences.data }),
  };
};

/** Findings say where they are; those that the service has added, and refusals, are looked up in the manifest. */
export const placedFindings = async (cwd: string, { directory, item, result }: Version): Promise<FileFinding[]> => {
  const { file: own = "" } = item;
  const text = await readFile(join(dirname(directory.path), own), "utf8").catch(() => "");
  const placed = item.findings.map((found) => ({
    ...(found.line === undefined && found.file === own ? locate(text, found.path) : {}),
    ...found,
    file: shownFile(cwd, directory, found.file),
  }));
  const problem = result?.problem ?? item.problem;
  const wrong: readonly ProblemItem[] = problem?.code === "file_broken" ? [] : (problem?.errors ?? []);
  const added = wrong.map(({ path, message, code }) => ({
    ...{ path, field: path.replace(/^\$\.?/, ""), message, code, severity: "error" as const },
    ...locate(text, path),
    file: shownFile(cwd, directory, own),
  }));
  return [...placed, ...added];
};
