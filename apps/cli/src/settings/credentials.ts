import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { localFailure } from "../failure.ts";

/** Who one is at an origin. */
const Credential = z.looseObject({
  token: z.string().min(1),
  expiresAt: z.iso.datetime().optional(),
});
export type Credential = z.infer<typeof Credential>;

/** What `nofx login` keeps. */
export const Credentials = z.looseObject({
  /** The origin of the last login. */
  defaultOrigin: z.string().optional(),
  origins: z.record(z.string(), Credential).default({}),
});
export type Credentials = z.infer<typeof Credentials>;

const isAbsent = (error: NodeJS.ErrnoException): boolean => error.code === "ENOENT" || error.code === "ENOTDIR";

const assertPrivate = async (file: string): Promise<void> => {
  const { mode } = await stat(file);
  // Windows has no such bits: the profile's access list protects the file.
  if (process.platform === "win32" || (mode & 0o077) === 0) return;
  throw localFailure("credentials_exposed", `Others can read ${file}`, `Run: chmod 600 ${file}`);
};

/** What is kept; nothing if there is no file. @throws CliFailure if others can read it, or it is none of ours. */
export const readCredentials = async (file: string): Promise<Credentials> => {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (text === undefined) return { origins: {} };
  await assertPrivate(file);
  try {
    return Credentials.parse(JSON.parse(text));
  } catch {
    const next = "Delete it and sign in again with `nofx login`.";
    throw localFailure("credentials_unreadable", `${file} is not a credentials file`, next);
  }
};

/** Keeps credentials where nobody else can read them: a whole new file takes the place of the old one. */
export const saveCredentials = async (file: string, credentials: Credentials): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomUUID()}`;
  const handle = await open(fresh, "wx", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // The umask may have taken bits away, never added any.
    await chmod(fresh, 0o600);
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
};
