import type { ProblemItem } from "@nofx/contract-kit";
import { invalidManifest } from "@nofx/document";
import { type TemplatePublication, toTemplatePublication, validateTemplate } from "@nofx/template";
import type { ReadVersion } from "./read-template-bundle.ts";

/** A version that publishing would take, or why it would not. Without contents: thousands of versions share some files. */
export type JudgedVersion = Pick<ReadVersion, "facts" | "digest" | "files"> &
  ({ readonly publication: Omit<TemplatePublication, "files"> } | { readonly errors: readonly ProblemItem[] });

/** Judges a version of a bundle by everything that publishing judges it by. */
export const judgeVersion = ({ manifest, ...version }: ReadVersion): JudgedVersion => {
  const judged = validateTemplate(manifest);
  if (!judged.valid) return { ...version, errors: invalidManifest(judged.errors, []).errors ?? [] };
  const { files: _contents, ...publication } = toTemplatePublication(judged.manifest);
  if (publication.digest === version.digest) return { ...version, publication };
  const message = "The document is not in the form in which publishing would keep it";
  return { ...version, errors: [{ path: "$", message, code: "not_canonical" }] };
};
