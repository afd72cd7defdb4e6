import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Difference, type ProblemItem } from "@nofx/contract-kit";
import { locate } from "@nofx/document";
import type { FileFinding, SyncProblem } from "@nofx/sync";
import { z } from "zod";
import { adviceOn } from "../advice.ts";
import { conflictFindings } from "../author/conflict-places.ts";
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

const isText = (value: unknown): value is string => typeof value === "string";

/** A problem of a sync as the command tells it. */
export const refusalOf = (problem: SyncProblem, file: string): Refusal => {
  const { code, title, detail, status, least, reasons, difference } = problem;
  const smallest = isText(least) ? least : undefined;
  const differences = z.array(Difference).safeParse(reasons ?? difference);
  const answered = { code, status: typeof status === "number" ? status : undefined };
  return {
    code,
    title,
    ...(detail !== undefined && { detail }),
    next: adviceOn(answered, { file, least: smallest, canForce: true }),
    ...(smallest !== undefined && { least: smallest }),
    ...(differences.success && { differences: differences.data }),
  };
};

/** Findings say where they are; those that the service has added, and refusals, are looked up in the manifest. */
export const placedFindings = async (
  cwd: string,
  { directory, item, result, afterOthers }: Version,
): Promise<FileFinding[]> => {
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
  const unmet =
    afterOthers || result?.outcome === "created"
      ? []
      : conflictFindings(problem?.conflict, shownFile(cwd, directory, own), text);
  return [...placed, ...added, ...unmet];
};
