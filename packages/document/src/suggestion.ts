import { posix } from "node:path";
import { FilePath, ResourceId, SemVer, Tag } from "@nofx/contract-kit";
import { distance } from "fastest-levenshtein";
import { clean } from "semver";
import { z } from "zod";
import { type Path, valueAt } from "./finding.ts";
import { asResourceId, asWord } from "./resource-id.ts";

const resourceId = (text: string) => ResourceId.safeParse(asResourceId(text)).data;
const tag = (text: string) => Tag.safeParse(asWord(text, /[^a-z0-9.+_-]+/g, 40)).data;
const version = (text: string) => SemVer.safeParse(clean(text, { loose: true })).data;

/** What leads out of the directory stays wrong: nobody knows what was meant. */
const filePath = (text: string): string | undefined => {
  if (text.length > 1_000) return undefined;
  const plain = posix.normalize(text.replaceAll("\\", "/")).replace(/^\/+|\/+$/g, "");
  return FilePath.safeParse(plain).data;
};

const WebUrl = z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(2048);
const url = (text: string): string | undefined =>
  text.includes("://") || text.length > 2048 ? undefined : WebUrl.safeParse(`https://${text}`).data;

/** Words longer than that are no misspelt keywords. */
const wordLengthMax = 40;
const plainWord = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, "");

/** The word that was probably meant: at most two letters apart, in short words one, whatever the case and hyphens. */
export const closestWord = (word: string, words: readonly string[]): string | undefined => {
  if (word.length > wordLengthMax) return undefined;
  const ranked = words
    .map((candidate) => ({ candidate, apart: distance(plainWord(word), plainWord(candidate)) }))
    .filter(({ candidate, apart }) => apart <= (candidate.length <= 5 ? 1 : 2))
    .sort((a, b) => a.apart - b.apart);
  return ranked[0]?.candidate;
};

const byField: ReadonlyMap<PropertyKey | undefined, (text: string) => string | undefined> = new Map([
  ["version", version],
  ["agentId", resourceId],
  ["templateId", resourceId],
  ["category", resourceId],
  ["id", resourceId],
  ["path", filePath],
  ["entryPrompt", filePath],
  ["versionFile", filePath],
  ["url", url],
]);
const byList: ReadonlyMap<PropertyKey | undefined, (text: string) => string | undefined> = new Map([
  ["tags", tag],
  ["capabilities", resourceId],
]);

/** The version of what was never published: others rely on it from then on. */
const firstVersion = "1.0.0";

/** What the author probably meant; only what would itself be accepted. */
export const suggestion = (input: unknown, path: Path, issue: z.core.$ZodIssue): string | undefined => {
  const value = valueAt(input, path);
  const field = path.at(-1);
  if (value === undefined && path.length === 1 && field === "version") return firstVersion;
  if (typeof value !== "string") return undefined;
  if (issue.code === "invalid_value")
    return closestWord(
      value,
      issue.values.filter((one) => typeof one === "string"),
    );
  const mend = typeof field === "number" ? byList.get(path.at(-2)) : byField.get(field);
  const mended = mend?.(value);
  return mended === value ? undefined : mended;
};
