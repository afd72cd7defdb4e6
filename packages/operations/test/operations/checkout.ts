import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
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

/**
 * The newest revision with fewer migrations than now, none of which was edited since: the one that an upgrade comes from.
 */
export const previousRevision = (): string => {
  const present = presentMigrations();
  const touched = git(["rev-list", "HEAD", "--", "migrations"]).split("\n");
  for (const parent of touched.map((revision) => `${revision}^`)) {
    if (spawnSync("git", ["rev-parse", "--verify", "-q", parent], { cwd: repository }).status !== 0) continue;
    const before = migrationsAt(parent);
    const isPart = before.every(([path, hash]) => present.get(path) === hash);
    if (isPart && before.length > 0 && before.length < present.size) return git(["rev-parse", parent]);
  }
  throw new Error("There is no earlier revision to upgrade from; the whole history is needed, or --from REV");
};

/** The files of a revision, with the libraries that are installed now. */
export const checkOut = (revision: string): string => {
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
  return directory;
};
