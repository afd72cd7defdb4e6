import type { AgentVersionDocument } from "@nofx/contract-registry";

/** A file that two versions have with different contents, or that only one of them has. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const digests = ({ files = [] }: AgentVersionDocument): ReadonlyMap<string, string> =>
  new Map(files.map(({ path, digest }) => [path, digest]));

/** The files that differ, ordered by path. */
export const changedFiles = (before: AgentVersionDocument, after: AgentVersionDocument): ChangedFile[] => {
  const [old, fresh] = [digests(before), digests(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .sort()
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }))
    .filter((file) => file.before !== file.after);
};

/** A file's content as text; undefined if it is none, or not there. */
export const textOf = (content: Uint8Array | undefined): string | undefined => {
  if (!content || content.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
};
