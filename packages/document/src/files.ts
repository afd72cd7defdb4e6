import { extname } from "node:path/posix";
import { type Finding, fileLimits, type PublishedFile } from "@nofx/contract-kit";
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
