import type { Finding } from "@nofx/contract-kit";
import { asObject, type FileFinding, finding, type Path } from "../finding.ts";
import { type JsonText, readText } from "../read-text.ts";

/** A kind of package: what its manifest is called, and which member of it is the directory's name. */
export interface PackageKind {
  readonly noun: "agent" | "template";
  readonly idField: "agentId" | "templateId";
  readonly manifestFile: "agent.json" | "template.json";
}

export const packageKinds = {
  agent: { noun: "agent", idField: "agentId", manifestFile: "agent.json" },
  template: { noun: "template", idField: "templateId", manifestFile: "template.json" },
} as const satisfies Record<string, PackageKind>;

/** Everything that lies in the directory of one agent or template. */
export interface PackageTree {
  readonly kind: PackageKind;
  /** The directory's name. */
  readonly id: string;
  /** The directory as `metadata.source` is to name it, from the top of its repository; undefined if nobody knows. */
  readonly source: string | undefined;
  /** Files by their POSIX path inside the directory. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A version by its place: the newest at the top, earlier ones in `versions`. */
export interface VersionPlace {
  /** Empty, or `versions/<semver>/`. */
  readonly under: string;
  /** The name of its directory; of an earlier version. */
  readonly version: string | undefined;
}

/** The manifest of a version, as it stands. */
export interface PlacedManifest extends VersionPlace {
  readonly text: JsonText;
  readonly content: Readonly<Record<string, unknown>>;
  /** The file, inside the package. */
  readonly path: string;
  /** Makes a finding with its place in the file. */
  readonly at: (severity: Finding["severity"], path: Path, code: string, message: string, fix?: string) => FileFinding;
}

const earlier = /^versions\/([^/]+)\/./;

/** Every version that has a directory, the newest first. */
export const versionPlaces = ({ files }: PackageTree): VersionPlace[] => {
  const names = new Set([...files.keys()].flatMap((path) => earlier.exec(path)?.[1] ?? []));
  const places = [...names].sort().map((version) => ({ under: `versions/${version}/`, version }));
  return [{ under: "", version: undefined }, ...places];
};

/** A finding about a file of the package. */
export const inPackage = ({ id }: PackageTree, path: string, found: Finding): FileFinding => ({
  ...found,
  file: `${id}/${path}`,
});

const textOf = (bytes: Uint8Array | undefined): JsonText | undefined => {
  try {
    return bytes && readText(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
};

/** The manifest of a version; undefined if there is none that can be read, which validation tells. */
export const manifestAt = (tree: PackageTree, place: VersionPlace): PlacedManifest | undefined => {
  const path = `${place.under}${tree.kind.manifestFile}`;
  const read = textOf(tree.files.get(path));
  const value = read?.content?.value;
  const content = asObject(value);
  if (!read || content !== value) return undefined;
  return {
    ...place,
    text: read,
    content,
    path,
    at: (severity, steps, code, message, fix) => ({
      ...inPackage(tree, path, finding(severity, steps, code, message, fix)),
      ...read.locate(steps),
    }),
  };
};
