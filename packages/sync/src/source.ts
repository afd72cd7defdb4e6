import type { FileFinding } from "./finding.ts";

/** What a version's directory should be, by its place. */
export interface Place {
  /** Below the root. */
  readonly directory: string;
  readonly id: string;
  /** Of an earlier version: the name of its directory. */
  readonly version: string | undefined;
  /** The directory may be called otherwise than the id in it. */
  readonly anyName?: boolean;
}

/** A version as it lies in a directory; broken if it has no manifest. */
export interface Source<Manifest> {
  readonly id: string;
  readonly version: string | undefined;
  /** The manifest, or what is there in its place. */
  readonly file: string;
  readonly manifest: Manifest | undefined;
  readonly findings: readonly FileFinding[];
}

/** What cannot even be judged. */
export const brokenSource = (id: string, finding: FileFinding): Source<never> => ({
  id,
  version: undefined,
  file: finding.file,
  manifest: undefined,
  findings: [finding],
});
