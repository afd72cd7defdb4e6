import { SemVer } from "@nofx/contract-kit";
import { precedenceKey } from "@nofx/versioning";
import { type FileFinding, finding } from "../finding.ts";
import { inPackage, type PackageTree, type PlacedManifest, type VersionPlace } from "./package-tree.ts";

const isVersion = (text: unknown): text is `${number}.${string}` => SemVer.safeParse(text).success;

/** `versions` holds one directory for each earlier version, complete. */
export const versionFindings = (tree: PackageTree, places: readonly VersionPlace[]): FileFinding[] =>
  places.flatMap(({ under, version }) => {
    const { noun, manifestFile } = tree.kind;
    if (version !== undefined && !isVersion(version)) {
      const message = `"${version}" is no semantic version; call the directory by the version that it holds`;
      const fix = [version.replace(/^[vV=\s]+/, "")].find(isVersion);
      return [inPackage(tree, `versions/${version}`, finding("error", [], "version_directory_invalid", message, fix))];
    }
    const path = under + manifestFile;
    if (tree.files.has(path)) return [];
    const message = `The directory has no ${manifestFile}`;
    return [inPackage(tree, path, finding("error", [], `${noun}_json_missing`, message))];
  });

/** The version at the top is the highest. */
export const newestFindings = (newest: PlacedManifest | undefined, places: readonly VersionPlace[]): FileFinding[] => {
  const given = newest?.content.version;
  if (!newest || !isVersion(given)) return [];
  const above = places
    .flatMap(({ version }) => (isVersion(version) && precedenceKey(version) > precedenceKey(given) ? [version] : []))
    .sort((a, b) => (precedenceKey(a) < precedenceKey(b) ? 1 : -1));
  const [highest] = above;
  if (highest === undefined) return [];
  const message = `versions/${highest} is higher than ${given}; the newest version lies at the top`;
  return [newest.at("error", ["version"], "version_not_newest", message, highest)];
};

const places = {
  agent: { files: ["agent.json", "mcp.json", "README.md"], directories: ["prompts/", "assets/"] },
  template: { files: ["template.json", "README.md"], directories: ["assets/", "versions/"] },
} as const;

/** Prompts and assets have their places. An agent made of code lays itself out as its language does. */
export const placeFindings = (tree: PackageTree, manifests: readonly PlacedManifest[]): FileFinding[] => {
  const { files, directories } = places[tree.kind.noun];
  const isCode = manifests.some(({ content }) => typeof (content.manifest as { entry?: unknown })?.entry === "string");
  if (isCode) return [];
  return [...tree.files.keys()].sort().flatMap((path) => {
    const [, inner = path] = /^versions\/[^/]+\/(.+)$/.exec(path) ?? [];
    const fits = (files as readonly string[]).includes(inner) || directories.some((name) => inner.startsWith(name));
    if (fits || path.startsWith(".")) return [];
    const message = `Files lie in ${directories.filter((name) => name !== "versions/").join(" or ")}`;
    return [inPackage(tree, path, finding("warning", [], "file_misplaced", message, `assets/${inner}`))];
  });
};
