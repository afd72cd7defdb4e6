import { chmod, lstat, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reachableDataDirectory, reachablePrograms, type ServerUser, serverUser } from "../src/embedded/server-user.ts";
import { asRoot, closedDirectory, openDirectory } from "./directories.ts";

const passwd = async (...lines: string[]): Promise<string> => {
  const file = join(await openDirectory(), "passwd");
  await writeFile(file, ["root:x:0:0:root:/root:/bin/sh", ...lines, ""].join("\n"));
  return file;
};

const nobody: ServerUser = { name: "nobody", uid: 65_534, gid: 65_534 };

/** Programs as a package ships them. */
const withPrograms = async (directory: string): Promise<string> => {
  await mkdir(join(directory, "native", "bin"), { recursive: true });
  await writeFile(join(directory, "native", "bin", "initdb"), "program", { mode: 0o755 });
  return join(directory, "native");
};

describe.runIf(asRoot)("the account that runs root's server", () => {
  it("is postgres, if the machine has that account", async () => {
    const file = await passwd("nobody:x:65534:65533::/:/bin/false", "postgres:x:70:71::/var/lib/postgresql:/bin/sh");
    expect(serverUser(file)).toEqual({ name: "postgres", uid: 70, gid: 71 });
  });

  it("is nobody otherwise", async () => {
    const file = await passwd("nobody:x:65534:65533::/:/bin/false", "postgresql:x:70:71::/:/bin/sh");
    expect(serverUser(file)).toEqual({ name: "nobody", uid: 65534, gid: 65533 });
  });

  it("must exist: the error says what else to do", async () => {
    const file = await passwd();
    expect(() => serverUser(file)).toThrow(/no account `postgres` or `nobody`.*set DATABASE_URL/);
  });
});

it.skipIf(asRoot)("whoever is not root runs the server as itself", () => {
  expect(serverUser()).toBeUndefined();
});

describe("whoever is not root", () => {
  it("uses the data directory asked for, closed to others", async () => {
    const wanted = join(await openDirectory(), "deep", "data");
    expect(await reachableDataDirectory(wanted, undefined)).toBe(wanted);
    expect((await stat(wanted)).mode & 0o777).toBe(0o700);
  });

  it("uses the programs where they are", async () => {
    expect(await reachablePrograms("/anywhere", "1.0.0", undefined)).toBe("/anywhere");
  });
});

describe.runIf(asRoot)("for root's server, the data directory", () => {
  it("is the one asked for where the account can get there, and belongs to it", async () => {
    const wanted = join(await openDirectory(), "data");
    expect(await reachableDataDirectory(wanted, nobody, "/nowhere")).toBe(wanted);
    expect(await stat(wanted)).toMatchObject({ uid: nobody.uid, gid: nobody.gid });
    expect((await stat(wanted)).mode & 0o777).toBe(0o700);
  });

  it("lies outside a closed directory: the same one each time, another one for another project", async () => {
    const [closed, root] = [await closedDirectory(), join(await openDirectory(), "reachable")];
    const first = await reachableDataDirectory(join(closed, "data"), nobody, root);
    expect(first).toMatch(/\/reachable\/data-[0-9a-f]{12}$/);
    expect(await reachableDataDirectory(join(closed, "data"), nobody, root)).toBe(first);
    expect(await reachableDataDirectory(join(closed, "other", "data"), nobody, root)).not.toBe(first);
    expect(await stat(first)).toMatchObject({ uid: nobody.uid });
  });

  it("is refused in a place where others could put something in its stead", async () => {
    const root = await openDirectory();
    await chmod(root, 0o777);
    const attempt = reachableDataDirectory(join(await closedDirectory(), "data"), nobody, root);
    await expect(attempt).rejects.toThrow("must belong to root and be writable only by root");
  });

  it("can be reached whatever the umask", async () => {
    const root = join(await openDirectory(), "reachable");
    const before = process.umask(0o077);
    try {
      await reachableDataDirectory(join(await closedDirectory(), "data"), nobody, root);
    } finally {
      process.umask(before);
    }
    expect((await stat(root)).mode & 0o777).toBe(0o755);
  });
});

describe.runIf(asRoot)("for root's server, the programs", () => {
  it("are used where they are if the account can get there", async () => {
    const native = await withPrograms(await openDirectory());
    expect(await reachablePrograms(native, "1.0.0", nobody, "/nowhere")).toBe(native);
  });

  it("are copied out of a closed directory once for each version", async () => {
    const [native, root] = [await withPrograms(await closedDirectory()), await openDirectory()];
    const copy = await reachablePrograms(native, "1.0.0", nobody, root);
    expect(copy).toBe(join(root, "postgresql-1.0.0"));
    expect((await stat(join(copy, "bin", "initdb"))).mode & 0o755).toBe(0o755);
    const { ino } = await lstat(copy);
    expect(await reachablePrograms(native, "1.0.0", nobody, root)).toBe(copy);
    expect((await lstat(copy)).ino).toBe(ino);
    expect(await reachablePrograms(native, "1.1.0", nobody, root)).toBe(join(root, "postgresql-1.1.0"));
  });

  it("may be copied by several processes at once, and are whole for each", async () => {
    const [native, root] = [await withPrograms(await closedDirectory()), await openDirectory()];
    const copies = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const copy = await reachablePrograms(native, "1.0.0", nobody, root);
        return await readFile(join(copy, "bin", "initdb"), "utf8");
      }),
    );
    expect(new Set(copies)).toEqual(new Set(["program"]));
    expect(await readdir(root)).toEqual(["postgresql-1.0.0"]);
  });
});
