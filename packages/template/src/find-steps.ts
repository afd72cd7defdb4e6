import type { Finding } from "@nofx/contract-kit";
import { VersionFile } from "@nofx/contract-marketplace";
import { asArray, asObject, fileBytes, finding, issueFindings, type Path } from "@nofx/document";
import { depthMax, isTooDeep } from "./depth.ts";

/** The steps of a workflow, where they are, and what is wrong with that. */
export interface FoundSteps {
  /** Undefined if they cannot be read. */
  readonly steps: readonly unknown[] | undefined;
  /** What the file that holds them says in all; undefined if they are inline. */
  readonly holder?: unknown;
  /** What the paths of findings begin with. */
  readonly base: Path;
  /** Of the place, with whole paths. */
  readonly missing: readonly Finding[];
  /** Of the file that holds them, with paths in it. */
  readonly unfit: readonly Finding[];
}

const nowhere = (...missing: Finding[]): FoundSteps => ({ steps: undefined, base: [], missing, unfit: [] });

const parse = (text: string): { value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};

const inFile = (name: string, files: readonly unknown[]): FoundSteps => {
  const index = files.findIndex((file) => asObject(file).path === name);
  const { content, encoding } = asObject(files[index]);
  if (typeof content !== "string") {
    const message = `No file "${name}" is published with it`;
    return nowhere(finding("error", ["content", "versionFile"], "version_file_missing", message));
  }
  const base = ["files", index, "content"];
  const parsed = parse(fileBytes({ content, encoding: encoding === "base64" ? encoding : undefined }).toString("utf8"));
  if (!parsed) return nowhere(finding("error", base, "version_file_not_json", `"${name}" is not JSON`));
  if (isTooDeep(parsed.value)) {
    return nowhere(finding("error", base, "version_file_too_deep", `"${name}" nests deeper than ${depthMax} levels`));
  }
  const fit = VersionFile.safeParse(parsed.value);
  const unfit = fit.success ? [] : issueFindings(parsed.value, fit.error.issues);
  return { steps: asArray(asObject(parsed.value).steps), holder: parsed.value, base, missing: [], unfit };
};

/** Finds the steps of a workflow: inline, or in the file that `versionFile` names. */
export const findSteps = (content: Record<string, unknown>, files: readonly unknown[]): FoundSteps => {
  const { steps, versionFile } = content;
  if (steps !== undefined && versionFile !== undefined) {
    const message = "The steps are inline and in a file; keep one of them";
    return nowhere(finding("error", ["content", "steps"], "steps_twice", message));
  }
  if (steps !== undefined) return { steps: asArray(steps), base: ["content"], missing: [], unfit: [] };
  if (typeof versionFile === "string") return inFile(versionFile, files);
  if (versionFile !== undefined) return nowhere();
  const message = "A workflow has steps: inline as `steps`, or in the published file that `versionFile` names";
  return nowhere(finding("error", ["content", "versionFile"], "steps_missing", message, "versions/1.0.0.json"));
};
