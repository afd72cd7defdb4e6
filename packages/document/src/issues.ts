import type { Finding } from "@nofx/contract-kit";
import type { z } from "zod";
import { asObject, finding, type Path, valueAt } from "./finding.ts";
import { closestWord, suggestion } from "./suggestion.ts";

/** What a schema objects to, each with what to write instead where that is known. */
export const issueFindings = (input: unknown, issues: readonly z.core.$ZodIssue[], base: Path = []): Finding[] =>
  issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      // The branch that got furthest is the one the author meant.
      const closest = issue.errors.reduce((best, branch) => (branch.length < best.length ? branch : best));
      return issueFindings(input, closest, path);
    }
    const missing = issue.code === "invalid_type" && valueAt(input, path) === undefined;
    const message = missing ? `Required: ${issue.message.replace(/^Invalid input: /, "")}` : issue.message;
    return [finding("error", path, missing ? "required" : issue.code, message, suggestion(input, path, issue))];
  });

/** Members that a list has twice: texts, or objects by the text under `key`. */
export const duplicates = (list: string, key: string, members: readonly unknown[]): Finding[] => {
  const seen = new Set<unknown>();
  return members.flatMap((member, index) => {
    const id = typeof member === "string" ? member : asObject(member)[key];
    if (typeof id !== "string" || !seen.has(id)) {
      seen.add(id);
      return [];
    }
    const path = typeof member === "string" ? [list, index] : [list, index, key];
    return [finding("error", path, "duplicate", `"${id}" is listed twice`)];
  });
};

/** The names that an object's schema knows. */
export const known = (schema: z.ZodObject): ReadonlySet<string> => new Set(Object.keys(schema.shape));

const unknownKey = (object: Record<string, unknown>, key: string, keys: ReadonlySet<string>, base: Path): Finding => {
  const free = [...keys].filter((candidate) => !Object.hasOwn(object, candidate));
  const meant = closestWord(key, free);
  const question = meant === undefined ? "" : `; did you mean "${meant}"?`;
  const message = `Not a defined part of a manifest; kept as it is${question}`;
  return finding("warning", [...base, key], "unknown_key", message, meant);
};

/** A warning for each key that nobody knows, with the one that was probably meant. */
export const unknownKeys = (object: Record<string, unknown>, keys: ReadonlySet<string>, base: Path): Finding[] =>
  Object.keys(object)
    .filter((key) => !keys.has(key))
    .map((key) => unknownKey(object, key, keys, base));
