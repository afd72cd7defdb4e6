import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isBackedUp, listTree } from "./data-directory.ts";

describe("what a base backup keeps", () => {
  it.each(["PG_VERSION", "base/5/1259", "global/pg_control", "pg_wal", "pg_hba.conf", "pg_xact/0000"])("%s", (path) => {
    expect(isBackedUp(path)).toBe(true);
  });

  it.each([
    "postmaster.pid",
    "backup_label",
    "standby.signal",
    "pg_wal/000000010000000000000001",
    "pg_replslot/one",
    "base/pgsql_tmp",
    "base/5/pg_internal.init",
    "global/pg_internal.init.12",
  ])("leaves out %s", (path) => {
    expect(isBackedUp(path)).toBe(false);
  });

  it("refuses what it would not copy: tablespaces are links", async () => {
    const root = await mkdtemp(join(tmpdir(), "nofx-tree-"));
    onTestFinished(() => rm(root, { recursive: true }));
    await mkdir(join(root, "pg_tblspc"));
    await writeFile(join(root, "PG_VERSION"), "18\n");
    expect(await listTree(root)).toEqual({ directories: ["pg_tblspc"], files: ["PG_VERSION"] });
    await symlink(tmpdir(), join(root, "pg_tblspc/16400"));
    await expect(listTree(root)).rejects.toThrow("tablespaces are not supported");
  });
});
