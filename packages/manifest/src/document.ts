import { extname } from "node:path/posix";
import type { AgentManifest, AgentVersionDocument, PublishedFile } from "@nofx/contract-registry";
import { contentType } from "mime-types";
import { canonicalForm, sha256 } from "./digest.ts";

/** A file as it is stored: its description and its bytes. */
export interface StoredFile {
  readonly description: PublishedFile;
  readonly content: Buffer;
}

/** What publishing a manifest stores. */
export interface Publication {
  readonly document: AgentVersionDocument;
  /** The document in canonical form; what getAgentVersion answers, byte for byte. */
  readonly text: string;
  /** SHA-256 of `text`; the version's identity. */
  readonly digest: string;
  readonly files: readonly StoredFile[];
}

/** Decoded bytes of a manifest's file. */
export const fileBytes = (file: { content: string; encoding?: string | undefined }): Buffer =>
  Buffer.from(file.content, file.encoding === "base64" ? "base64" : "utf8");

/** Media type by the ending of the file's name. Not part of the document: the table of types changes with time, digests do not. */
export const mediaTypeOf = (path: string): string => contentType(extname(path)) || "application/octet-stream";

/**
 * Turns a valid manifest into the document that is published: each file replaced by its digest, files ordered by path,
 * `sourceCommit` left out (it says where the content came from and is not content).
 */
export const toPublication = (manifest: AgentManifest): Publication => {
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
  } as AgentVersionDocument;
  const text = canonicalForm(document);
  return { document, text, digest: sha256(text), files: stored };
};
