import type { Difference, VersionStatus } from "@nofx/contract-kit";
import { isStable, precedenceKey } from "./precedence.ts";

/** A published document: it holds its version number. */
export interface VersionedDocument {
  readonly version: string;
}

/** A document and the digest of its canonical form. */
export interface DigestedDocument<Document> {
  readonly digest: string;
  readonly document: Document;
}

/** A version that was published before. */
export interface PublishedVersion<Document> extends DigestedDocument<Document> {
  readonly version: string;
}

export type PublishVerdict =
  | { readonly outcome: "created" }
  | { readonly outcome: "identical" }
  | { readonly outcome: "conflict"; readonly difference: readonly Difference[] };

/**
 * Judges a publication against the version of the same precedence, if there is one. Versions that differ only in build
 * metadata have the same precedence, and one place: SemVer could not tell which of them is newer.
 */
export const judgePublish = <Document>(
  existing: PublishedVersion<Document> | undefined,
  publication: DigestedDocument<Document>,
  differences: (before: Document, after: Document) => readonly Difference[],
): PublishVerdict => {
  if (!existing) return { outcome: "created" };
  if (existing.digest === publication.digest) return { outcome: "identical" };
  return { outcome: "conflict", difference: differences(existing.document, publication.document) };
};

/**
 * Whether a newly published version becomes the current one: if it is stable and higher than the current one, or if
 * there is no stable one yet and it is higher. So a fix of an old line leaves the pointer alone, and after a rollback
 * anything higher than what was rolled back to takes over.
 */
export const becomesCurrent = (current: string | undefined, published: string): boolean => {
  if (current === undefined) return true;
  if (isStable(current) && !isStable(published)) return false;
  if (!isStable(current) && isStable(published)) return true;
  return precedenceKey(published) > precedenceKey(current);
};

/** Why the current version cannot go back to a version; undefined if it can. */
export const rollbackObstacle = (
  current: string,
  target: { readonly version: string; readonly status: VersionStatus },
): string | undefined => {
  if (target.version === current) return `${current} is the current version already.`;
  if (target.status === "archived") return `${target.version} is archived.`;
  if (target.status === "draft") return `${target.version} is a draft.`;
  return undefined;
};
