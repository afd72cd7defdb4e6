import type { Finding } from "@nofx/contract-kit";
import { asObject, finding } from "../finding.ts";
import type { JsonText } from "../read-text.ts";

/** Members of a manifest that say something else than the directories that it lies in; `wanted` is what those say. */
export const misnamed = (
  { content, locate }: JsonText,
  wanted: Readonly<Record<string, string | undefined>>,
): Finding[] =>
  Object.entries(wanted).flatMap(([field, name]) => {
    const given = asObject(content?.value)[field];
    if (name === undefined || typeof given !== "string" || given === name) return [];
    const message = `${field} is "${given}", but the directory is called "${name}"; rename one of them`;
    return [{ ...finding("error", [field], "directory_disagrees", message, name), ...locate([field]) }];
  });
