import type { PublishedFile } from "@nofx/contract-kit";

/** A version's files, and which of them are the same file under another path. */
export interface ComparedFiles {
  readonly files: readonly PublishedFile[] | undefined;
  /** The name that a path is compared by; default: the path itself. */
  readonly comparedAs?: ((path: string) => string) | undefined;
}

/** A file that two versions have with different contents, or that only one of them has. */
export interface ChangedFile {
  readonly before: PublishedFile | undefined;
  readonly after: PublishedFile | undefined;
}

const byName = ({ files = [], comparedAs = (path) => path }: ComparedFiles): ReadonlyMap<string, PublishedFile> =>
  new Map(files.map((file) => [comparedAs(file.path), file]));

/** The files that differ, ordered by the names that they are compared by. */
export const changedFiles = (before: ComparedFiles, after: ComparedFiles): ChangedFile[] => {
  const [old, fresh] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .sort()
    .map((name) => ({ before: old.get(name), after: fresh.get(name) }))
    .filter((file) => file.before?.digest !== file.after?.digest);
};

/** A file's content as text; undefined if it is none, or not there. */
export const fileText = (content: Uint8Array | undefined): string | undefined => {
  if (!content || content.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
};
