import { isUtf8 } from "node:buffer";
import { extname } from "node:path/posix";
import { type Finding, fileLimits, type ManifestFile, type PublishedFile } from "@nofx/contract-kit";
import { contentType } from "mime-types";
import { asObject, finding } from "./finding.ts";

/** A file as it is stored: its description and its bytes. */
export interface StoredFile {
  readonly description: PublishedFile;
  readonly content: Buffer;
}

/** Decoded bytes of a manifest's file. */
export const fileBytes = (file: { content: string; encoding?: string | undefined }): Buffer =>
  Buffer.from(file.content, file.encoding === "base64" ? "base64" : "utf8");

/** Text stays readable, and every byte comes back: a byte order mark is kept, and what is not text is base64. */
const manifestFile = (path: string, bytes: Uint8Array): ManifestFile => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isText = isUtf8(buffer) && !buffer.includes(0);
  return isText
    ? { path, content: buffer.toString("utf8"), encoding: "utf-8" }
    : { path, content: buffer.toString("base64"), encoding: "base64" };
};

/**
 * The `files` of a manifest: those that it lists itself, then those found beside it (by relative POSIX path), ordered by
 * path. What is then there twice, or is no list, validation reports.
 */
export const withFiles = (listed: unknown, beside: ReadonlyMap<string, Uint8Array>): unknown => {
  const found = [...beside].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => manifestFile(path, bytes));
  if (listed === undefined) return found.length > 0 ? found : undefined;
  return Array.isArray(listed) ? [...listed, ...found] : listed;
};

/** Media type by the ending of the file's name. Not part of the document: the table of types changes with time, digests do not. */
export const mediaTypeOf = (path: string): string => contentType(extname(path)) || "application/octet-stream";

/** What is wrong with the contents of files: not base64, too large, too large together. */
export const fileFindings = (files: readonly unknown[]): Finding[] => {
  const { fileBytesMax, filesBytesMax } = fileLimits;
  let total = 0;
  const found = files.flatMap((entry, index) => {
    const { content, encoding } = asObject(entry);
    if (typeof content !== "string") return [];
    const path = ["files", index, "content"];
    if (encoding === "base64" && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(content)) {
      return [finding("error", path, "not_base64", "The content is not base64 (RFC 4648, section 4, with padding)")];
    }
    const { length } = fileBytes({ content, encoding: typeof encoding === "string" ? encoding : undefined });
    total += length;
    if (length <= fileBytesMax) return [];
    return [finding("error", path, "file_too_large", `${length} bytes; a file may have ${fileBytesMax}`)];
  });
  if (total > filesBytesMax) {
    found.push(
      finding("error", ["files"], "files_too_large", `${total} bytes together; files may have ${filesBytesMax}`),
    );
  }
  return found;
};
