import semver from "semver";

type Versions = Readonly<Record<string, string>>;
type Importer = Readonly<
  Record<string, Readonly<Record<string, { readonly specifier: string; readonly version: string }>>>
>;

interface Snapshot {
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
}

/** As much of `pnpm-lock.yaml` as tells which packages are installed. */
export interface Lockfile {
  readonly lockfileVersion: string;
  readonly settings: object;
  readonly importers: Readonly<Record<string, Importer>>;
  readonly packages: Readonly<Record<string, { readonly engines?: Versions }>>;
  readonly snapshots: Readonly<Record<string, Snapshot>>;
}

/** A package that bundled code imports, and the workspace's package that the code is in. */
export interface Use {
  readonly name: string;
  readonly importer: string;
}

const kinds = ["dependencies", "devDependencies", "optionalDependencies"] as const;

/** `1.2.3(zod@4.0.0)`: the peers that a package was put together with stand behind its version. */
const withoutPeers = (version: string): string => version.split("(", 1)[0] ?? version;

/**
 * The version of each package, with its peers, that the lockfile has where the package is used. @throws if one is not
 * declared there, or two places have two versions: one bundle has one of each
 */
export const lockedVersions = (lockfile: Lockfile, uses: Iterable<Use>): Map<string, string> => {
  const versions = new Map<string, string>();
  for (const { name, importer } of uses) {
    const declared = kinds.map((kind) => lockfile.importers[importer]?.[kind]?.[name]).find(Boolean);
    if (!declared) throw new Error(`${importer} imports ${name}, which its package.json does not have`);
    const known = versions.get(name) ?? declared.version;
    if (known !== declared.version) throw new Error(`${name} is needed as ${known} and as ${declared.version}`);
    versions.set(name, known);
  }
  return new Map([...versions].sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** Every snapshot that packages need, themselves included, in the lockfile's order. */
const closureOf = ({ snapshots }: Lockfile, versions: ReadonlyMap<string, string>): string[] => {
  const found = new Set<string>();
  const add = (entries: Iterable<readonly [string, string]>): void => {
    for (const [name, version] of entries) {
      // A dependency by another name is locked as `name@version`.
      const key = version in snapshots ? version : `${name}@${version}`;
      if (found.has(key)) continue;
      found.add(key);
      const { dependencies = {}, optionalDependencies = {} } = snapshots[key] ?? {};
      add(Object.entries({ ...dependencies, ...optionalDependencies }));
    }
  };
  add(versions);
  return Object.keys(snapshots).filter((key) => found.has(key));
};

const pick = <T>(all: Readonly<Record<string, T>>, keys: Iterable<string>): Record<string, T> =>
  Object.fromEntries([...new Set(keys)].flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));

/** The lockfile of a project that has these packages as its dependencies and nothing else. */
export const pruneLockfile = (lockfile: Lockfile, versions: ReadonlyMap<string, string>): Lockfile => {
  const closure = closureOf(lockfile, versions);
  const { lockfileVersion, settings } = lockfile;
  const dependencies = Object.fromEntries(
    [...versions].map(([name, version]) => [name, { specifier: withoutPeers(version), version }]),
  );
  return {
    lockfileVersion,
    settings,
    importers: { ".": { dependencies } },
    packages: pick(lockfile.packages, closure.map(withoutPeers)),
    snapshots: pick(lockfile.snapshots, closure),
  };
};

/** Exact versions, as a package.json has them. */
export const exactVersions = (versions: ReadonlyMap<string, string>): Versions =>
  Object.fromEntries([...versions].map(([name, version]) => [name, withoutPeers(version)]));

/** The packages of a lockfile that do not run on all of these versions of Node. */
export const refusingNode = ({ packages }: Lockfile, range: string): string[] =>
  Object.entries(packages)
    .filter(([, { engines }]) => engines?.node && !semver.subset(range, engines.node))
    .map(([name, { engines }]) => `${name} needs Node ${engines?.node}`);
