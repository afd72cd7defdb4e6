import { basename, extname } from "node:path/posix";
import { type PublishedFile, recordLimits } from "@nofx/contract-kit";

const endings = new Set([".md", ".mdx", ".markdown", ".txt", ".text", ".rst", ".adoc", ".asciidoc", ".prompt"]);

/** One UTF-16 code unit has at most three bytes in UTF-8: no more of a file is needed than this. */
export const wordBytesMax = recordLimits.textMax * 3;

/** How many files of a version are read for their words. */
export const wordFilesMax = 50;

const isForReaders = ({ path }: PublishedFile): boolean =>
  endings.has(extname(path).toLowerCase()) || path.startsWith("prompts/") || /^readme/i.test(basename(path));

/**
 * The files of a version that are written for readers: those named `first`, then prompts, README and other texts by path,
 * and no more of them than a record's text has room for.
 */
export const wordFiles = (files: readonly PublishedFile[], first: readonly string[] = []): PublishedFile[] => {
  const leading = first.flatMap((path) => files.filter((file) => file.path === path));
  const found = new Set([...leading, ...files.filter(isForReaders)]);
  let before = 0;
  return [...found]
    .filter(({ size }) => {
      const fits = size > 0 && before < wordBytesMax;
      if (fits) before += size;
      return fits;
    })
    .slice(0, wordFilesMax);
};

/** The beginning of a file as text; undefined if it is something else. A character that the end cuts is left out. */
export const wordsOf = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
};

/** Texts one behind the other, cut to what a record has room for; no character is cut in half. */
export const joinedWords = (texts: readonly (string | undefined)[]): string => {
  const { textMax } = recordLimits;
  const joined = texts.filter((text) => text !== undefined && text !== "").join("\n");
  if (joined.length <= textMax) return joined;
  const isHalf = /[\uD800-\uDBFF]/.test(joined.charAt(textMax - 1));
  return joined.slice(0, isHalf ? textMax - 1 : textMax);
};

/** What a document's metadata says otherwise than expected is as if it said nothing. */
export const aliasesOf = (metadata: Readonly<Record<string, unknown>>): string[] => {
  const { aliases } = metadata;
  return Array.isArray(aliases) && aliases.every((alias) => typeof alias === "string") ? aliases : [];
};
