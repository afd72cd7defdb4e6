import { canonicalForm, sha256 } from "@nofx/canonical";
import type { ManifestFile } from "@nofx/contract-kit";
import { fileBytes, type StoredFile } from "./files.ts";

/** What publishing a manifest stores. */
export interface Publication<Document> {
  readonly document: Document;
  /** The document in canonical form: what is answered when the version is read, byte for byte. */
  readonly text: string;
  /** SHA-256 of `text`; the version's identity. */
  readonly digest: string;
  readonly files: readonly StoredFile[];
}

/**
 * Turns a valid manifest into the document that is published: each file replaced by its digest, files ordered by path,
 * `sourceCommit` left out (it says where the content came from and is not content).
 */
export const publicationOf = <Document extends object>(manifest: {
  readonly files?: readonly ManifestFile[] | undefined;
  readonly sourceCommit?: string | undefined;
}): Publication<Document> => {
  const { files = [], sourceCommit: _provenance, ...content } = manifest;
  const stored = files
    .map((file) => {
      const bytes = fileBytes(file);
      const description = { path: file.path, size: bytes.length, digest: sha256(bytes) };
      return { description, content: bytes };
    })
    .sort((a, b) => (a.description.path < b.description.path ? -1 : 1));
  const document = {
    ...content,
    ...(stored.length > 0 && { files: stored.map((file) => file.description) }),
  } as Document;
  const text = canonicalForm(document);
  return { document, text, digest: sha256(text), files: stored };
};
