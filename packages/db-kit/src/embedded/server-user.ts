import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** The account that runs the server: PostgreSQL refuses to run as root. `undefined`: whoever we are. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** As root: `postgres` if the machine has that account, else `nobody`. Otherwise nobody in particular. */
export const serverUser = (passwd: string = "/etc/passwd"): ServerUser | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync(passwd, "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const wanted of ["postgres", "nobody"]) {
    const account = accounts.find(([name]) => name === wanted);
    if (account) return { name: wanted, uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    "PostgreSQL does not run as root, and this machine has no account `postgres` or `nobody` for it. Run as another user, or set DATABASE_URL to a server that runs already.",
  );
};

const canEnter = (directory: string, { uid, gid }: ServerUser): boolean =>
  spawnSync("/bin/sh", ["-c", 'cd "$0"', directory], { uid, gid, stdio: "ignore" }).status === 0;

/** Where root keeps what another account must reach although the project lies in a closed directory. */
const defaultRoot = "/var/lib/nofx";

const ensureReachable = async (root: string): Promise<void> => {
  if (await mkdir(root, { recursive: true })) await chmod(root, 0o755);
  const { uid, mode } = await stat(root);
  if (uid !== 0 || (mode & 0o022) !== 0) throw new Error(`${root} must belong to root and be writable only by root`);
};

/** The directory of PostgreSQL's programs as the server's account can run them: in place, or a copy made once. */
export const reachablePrograms = async (
  native: string,
  version: string,
  user: ServerUser | undefined,
  root = defaultRoot,
): Promise<string> => {
  if (!user || canEnter(join(native, "bin"), user)) return native;
  await ensureReachable(root);
  const copy = join(root, `postgresql-${version}`);
  if (await stat(copy).catch(() => undefined)) return copy;
  // The rename is what makes it: a copy is whole from the moment it is there, and of two makers the first one wins.
  const draft = await mkdtemp(`${copy}-`);
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    await rename(draft, copy).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return copy;
};

/** A data directory that the server's account owns and can enter: the one asked for, or one outside a closed directory. */
export const reachableDataDirectory = async (
  wanted: string,
  user: ServerUser | undefined,
  root = defaultRoot,
): Promise<string> => {
  await mkdir(dirname(wanted), { recursive: true });
  if (!user || canEnter(dirname(wanted), user)) return await ownedDirectory(wanted, user);
  await ensureReachable(root);
  const name = `${basename(wanted)}-${createHash("sha256").update(wanted).digest("hex").slice(0, 12)}`;
  return await ownedDirectory(join(root, name), user);
};

const ownedDirectory = async (directory: string, user: ServerUser | undefined): Promise<string> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (user) {
    await chown(directory, user.uid, user.gid);
    await chmod(directory, 0o700);
  }
  return directory;
};
