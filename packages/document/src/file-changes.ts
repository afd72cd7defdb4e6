import type { PublishedFile } from "@nofx/contract-kit";

/** A published document as far as its files go. */
interface WithFiles {
  readonly files?: readonly PublishedFile[] | undefined;
}

/** A file that two versions have with different contents, or that only one of them has. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const digests = ({ files = [] }: WithFiles): ReadonlyMap<string, string> =>
  new Map(files.map(({ path, digest }) => [path, digest]));

/** The files that differ, ordered by path. */
export const changedFiles = (before: WithFiles, after: WithFiles): ChangedFile[] => {
  const [old, fresh] = [digests(before), digests(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .sort()
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }))
    .filter((file) => file.before !== file.after);
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
