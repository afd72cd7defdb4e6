import { createHash } from "node:crypto";
import { ResourceId, SemVer } from "@nofx/contract-kit";
import { manifestLimits, Tag } from "@nofx/contract-registry";
import { asResourceId } from "@nofx/document";
import { coerce } from "semver";

/** An id for what another ecosystem calls by a free name; names of other scripts get one from their hash. */
export const idOf = (name: string, kind: string): string => {
  const id = ResourceId.safeParse(asResourceId(name)).data;
  return id ?? `${kind}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
};

/** The semantic version that a free version text means: `v2` is 2.0.0. */
export const versionOf = (text: string): string | undefined =>
  SemVer.safeParse(text).data ??
  SemVer.safeParse(coerce(text.slice(0, 200), { includePrerelease: true })?.version).data;

/** Ids in order, repeated ones numbered: `search`, `search-2`. */
export const distinct = (ids: readonly string[]): string[] => {
  const seen = new Set<string>();
  return ids.map((id) => {
    let candidate = id;
    for (let number = 2; seen.has(candidate); number += 1) candidate = `${id.slice(0, 120)}-${number}`;
    seen.add(candidate);
    return candidate;
  });
};

/** Words as tags: lower case, without repetition, as many as a manifest may have. */
export const tagsOf = (words: readonly string[]): string[] => {
  const tags = words.flatMap((word) => Tag.safeParse(word.toLowerCase().replace(/\s+/g, "-")).data ?? []);
  return [...new Set(tags)].slice(0, manifestLimits.tagsMax);
};
