import { basename, dirname, resolve, sep } from "node:path";
import { findManifests, type Kind, type ManifestDirectory } from "../author/find-manifests.ts";
import { usageFailure } from "../failure.ts";

/** A directory that holds directories of agents, or of templates. */
export interface Root {
  readonly kind: Kind;
  readonly path: string;
  /** Only these are meant; undefined: the whole directory, so that nothing in it is overlooked. */
  readonly only: readonly string[] | undefined;
}

interface Group {
  readonly kind: Kind;
  readonly path: string;
  readonly names: Set<string>;
  /** One in it was named itself, rather than the directory. */
  hasNamed: boolean;
}

const grouped = (found: readonly ManifestDirectory[]): Group[] => {
  const groups = new Map<string, Group>();
  for (const { kind, path, isNamed } of found) {
    const key = `${kind} ${dirname(path)}`;
    const group = groups.get(key) ?? { kind, path: dirname(path), names: new Set(), hasNamed: false };
    group.names.add(basename(path));
    group.hasNamed ||= isNamed;
    groups.set(key, group);
  }
  return [...groups.values()];
};

/** A directory belongs to one kind as a whole, unless another kind, or another such directory, lies in it. */
const isWhole = (group: Group, groups: readonly Group[]): boolean =>
  !group.hasNamed &&
  groups.every((other) => other === group || (other.path !== group.path && !other.path.startsWith(group.path + sep)));

const assertOnce = (groups: readonly Group[]): void => {
  for (const [index, { kind, names, path }] of groups.entries()) {
    const twin = groups.slice(index + 1).find((other) => other.kind === kind && !names.isDisjointFrom(other.names));
    if (!twin) continue;
    const [name] = names.intersection(twin.names);
    throw usageFailure(`The ${kind} "${name}" lies in ${path} and in ${twin.path}`, "Sync one of the two directories.");
  }
};

/** Says where agents and templates lie at these paths or below. @throws CliFailure if there are none, or one twice. */
export const findRoots = async (cwd: string, paths: readonly string[]): Promise<Root[]> => {
  const found: ManifestDirectory[] = [];
  for (const path of paths) {
    const { directories, file } = await findManifests(resolve(cwd, path), path);
    if (file !== undefined) {
      throw usageFailure(`${path} is neither a directory nor an agent.json or template.json`, "Name a directory.");
    }
    found.push(...directories);
  }
  const groups = grouped(found);
  assertOnce(groups);
  return groups.map((group) => ({
    kind: group.kind,
    path: group.path,
    only: isWhole(group, groups) ? undefined : [...group.names].sort(),
  }));
};
