import { asArray, asObject, type FileFinding } from "../finding.ts";
import { misnamed } from "./misnamed.ts";
import { inPackage, type PackageTree, type PlacedManifest } from "./package-tree.ts";

/** How many tags a package has: fewer find nobody, more say nothing. */
export const tagRange = { min: 3, max: 5 } as const;

type ManifestRule = (manifest: PlacedManifest, tree: PackageTree) => FileFinding[];

const textAt = (object: unknown, key: string): string | undefined => {
  const value = asObject(object)[key];
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
};

/** The directories are called what the manifest says. */
const named: ManifestRule = ({ text, version, path }, tree) =>
  misnamed(text, { [tree.kind.idField]: tree.id, version }).map((found) => inPackage(tree, path, found));

const idsOf = (list: readonly unknown[]): Set<string> => new Set(list.filter((id) => typeof id === "string"));

/** What orchestrators read and what people read is the same list. */
const capable: ManifestRule = ({ content, at }, { kind }) => {
  if (kind.noun !== "agent") return [];
  const outer = idsOf(asArray(content.capabilities).map((capability) => asObject(capability).id));
  const inner = idsOf(asArray(asObject(content.manifest).capabilities));
  const missing = (id: string, path: readonly string[]) =>
    at(
      "error",
      path,
      "capabilities_disagree",
      `"${id}" is missing in ${path.join(".")}; the two lists should agree`,
      id,
    );
  return [
    ...[...outer].filter((id) => !inner.has(id)).map((id) => missing(id, ["manifest", "capabilities"])),
    ...[...inner].filter((id) => !outer.has(id)).map((id) => missing(id, ["capabilities"])),
  ];
};

const tagged: ManifestRule = ({ content, at }) => {
  const { min, max } = tagRange;
  const tags = asArray(content.tags);
  if (tags.length >= min && tags.length <= max) return [];
  const fix = tags.length > max ? JSON.stringify(tags.slice(0, max)) : undefined;
  return [at("warning", ["tags"], "tags_count", `${tags.length} tags; ${min} to ${max} help to find it`, fix)];
};

const owned: ManifestRule = ({ content, at }) => {
  if (textAt(content.metadata, "owner") !== undefined) return [];
  const message = "Nobody owns it; say who answers for it: an address or a team";
  return [at("error", ["metadata", "owner"], "owner_missing", message, "team@example.com")];
};

/** Without knowing where the repository begins: the last directories of a path or address. */
const leadsTo = (source: string, { id, source: wanted }: PackageTree): boolean =>
  wanted === undefined
    ? source === id || source.endsWith(`/${id}`)
    : source === wanted || source.endsWith(`/${wanted}`);

const sourced: ManifestRule = ({ content, at }, tree) => {
  const source = textAt(content.metadata, "source");
  const wanted = tree.source ?? `${tree.kind.noun}s/${tree.id}`;
  const path = ["metadata", "source"];
  if (source === undefined) {
    return [at("error", path, "source_missing", "Say which directory of its repository it comes from", wanted)];
  }
  if (leadsTo(source.replace(/\/+$/, ""), tree)) return [];
  return [at("error", path, "source_disagrees", `It comes from "${wanted}", not from "${source}"`, wanted)];
};

const licensed: ManifestRule = ({ content, at }) => {
  if (textAt(content, "license") !== undefined || textAt(content.metadata, "license") !== undefined) return [];
  const message = "Without a license nobody may use it; write an SPDX expression";
  return [at("warning", ["metadata", "license"], "license_missing", message, "Apache-2.0")];
};

/** A template's steps lie in the newest's `versions`, under the version's own number. */
const stepped: ManifestRule = ({ content, under, at }, { kind, files }) => {
  const versionFile = textAt(content.content, "versionFile");
  const { version } = content;
  if (kind.noun !== "template" || versionFile === undefined || typeof version !== "string") return [];
  const path = ["content", "versionFile"];
  const wanted = `versions/${version}.json`;
  if (versionFile !== wanted) {
    return [at("error", path, "version_file_misnamed", `The steps of ${version} lie in "${wanted}"`, wanted)];
  }
  if (files.has(versionFile) || files.has(under + versionFile)) return [];
  return [at("error", path, "version_file_missing", `No file "${versionFile}" is published with it`)];
};

/** What the standard says of one manifest. */
export const manifestRules: readonly ManifestRule[] = [named, capable, tagged, owned, sourced, licensed, stepped];
