import type { FileFinding } from "../finding.ts";
import { manifestRules } from "./manifest.rules.ts";
import { newestFindings, placeFindings, versionFindings } from "./package.rules.ts";
import { manifestAt, type PackageTree, versionPlaces } from "./package-tree.ts";

/**
 * Holds the directory of one agent or template against the standard by which packages are organised: names, versions,
 * owner, source, tags, capabilities, places of files. Whether its manifests are valid is another question; of one that
 * cannot be read nothing is said here.
 */
export const judgePackage = (tree: PackageTree): FileFinding[] => {
  const places = versionPlaces(tree);
  const manifests = places.flatMap((place) => manifestAt(tree, place) ?? []);
  const newest = manifests.find(({ version }) => version === undefined);
  return [
    ...versionFindings(tree, places),
    ...newestFindings(newest, places),
    ...manifests.flatMap((manifest) => manifestRules.flatMap((rule) => rule(manifest, tree))),
    ...placeFindings(tree, manifests),
  ];
};
