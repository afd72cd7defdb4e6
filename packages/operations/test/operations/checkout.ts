import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const repository = join(import.meta.dirname, "../../../..");

const git = (args: readonly string[], input?: string): string =>
  execFileSync("git", args, { cwd: repository, encoding: "utf8", maxBuffer: 64 * 1024 ** 2, input }).trim();

/** Migrations as they are on the disk: path → hash. */
const presentMigrations = (): ReadonlyMap<string, string> => {
  const paths = globSync("migrations/*/*.up.sql", { cwd: repository }).sort();
  const hashes = git(["hash-object", "--stdin-paths"], `${paths.join("\n")}\n`).split("\n");
  return new Map(paths.map((path, index) => [path, hashes[index] ?? ""]));
};

const migrationsAt = (revision: string): [string, string][] =>
  git(["ls-tree", "-r", revision, "migrations"])
    .split("\n")
    .map((line): [string, string] => {
      const [, hash = "", path = ""] = /^\S+ blob (\S+)\t(.*)$/.exec(line) ?? [];
      return [path, hash];
    })
    .filter(([path]) => path.endsWith(".up.sql"));

/** Revisions with fewer migrations than now, none of which was edited since; the newest first. */
const earlierRevisions = (): string[] => {
  const present = presentMigrations();
  return git(["rev-list", "--first-parent", "--max-count=200", "HEAD"])
    .split("\n")
    .filter((revision) => {
      const before = migrationsAt(revision);
      const isPart = before.every(([path, hash]) => present.get(path) === hash);
      return isPart && before.length > 0 && before.length < present.size;
    });
};

/** The files of a revision, with the libraries that are installed now. */
const checkOut = (revision: string): string => {
  const directory = mkdtempSync(join(tmpdir(), "nofx-upgrade-"));
  const archive = execFileSync("git", ["archive", "--format=tar", revision], {
    cwd: repository,
    maxBuffer: 1024 ** 3,
  });
  execFileSync("tar", ["-x", "-C", directory], { input: archive });
  symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"));
  for (const place of globSync("{apps,packages}/*", { cwd: directory })) {
    const links = join(repository, place, "node_modules");
    if (!existsSync(links)) continue;
    mkdirSync(join(directory, place, "node_modules"), { recursive: true });
    // Links are relative: those to packages of the repository lead to the revision's.
    cpSync(links, join(directory, place, "node_modules"), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !basename(source).startsWith(".") || source === links,
    });
  }
  // What only the revision needs, if anything that is installed does.
  for (const place of ["apps", "packages"]) {
    symlinkSync(join(repository, "node_modules/.pnpm/node_modules"), join(directory, place, "node_modules"));
  }
  return directory;
};

/** Whether all parts of the services fit together: not every revision in between two releases does. */
const runs = (directory: string): boolean =>
  ["registry", "marketplace", "search"].every((app) => {
    const entry = JSON.stringify(join(directory, "apps", app, "src/index.ts"));
    return spawnSync(process.execPath, ["--input-type=module", "-e", `await import(${entry})`]).status === 0;
  });

/** A checkout to upgrade from. */
export interface Earlier {
  readonly revision: string;
  readonly directory: string;
}

/** Checks out a revision; by default the newest with fewer migrations whose services run. */
export const checkOutEarlier = (wanted?: string): Earlier => {
  for (const revision of wanted === undefined ? earlierRevisions() : [git(["rev-parse", wanted])]) {
    const directory = checkOut(revision);
    if (runs(directory)) return { revision, directory };
    rmSync(directory, { recursive: true });
  }
  throw new Error("There is no earlier revision to upgrade from whose services run; name one: --from REV");
};
