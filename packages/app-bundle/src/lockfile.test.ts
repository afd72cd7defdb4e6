import { expect, it } from "vitest";
import { exactVersions, type Lockfile, lockedVersions, pruneLockfile, refusingNode } from "./lockfile.ts";

const at = (version: string) => ({ specifier: `^${version}`, version });
const lockfile: Lockfile = {
  lockfileVersion: "9.0",
  settings: { autoInstallPeers: true },
  importers: {
    "apps/one": { dependencies: { kit: at("1.0.0(zod@4.0.0)") }, devDependencies: { zod: at("4.0.0") } },
    "packages/two": { optionalDependencies: { kit: at("2.0.0") } },
  },
  packages: {
    "fast@1.0.0": { engines: { node: ">=22.14" } },
    "kit@1.0.0": { engines: { node: ">= 20" } },
    "kit@2.0.0": {},
    "other@3.0.0": {},
    "zod@4.0.0": {},
  },
  snapshots: {
    "fast@1.0.0": { dependencies: { kit: "1.0.0(zod@4.0.0)" } },
    "kit@1.0.0(zod@4.0.0)": {
      dependencies: { zod: "4.0.0", renamed: "other@3.0.0" },
      optionalDependencies: { fast: "1.0.0" },
    },
    "kit@2.0.0": {},
    "other@3.0.0": {},
    "zod@4.0.0": {},
  },
};
const uses = [
  { name: "zod", importer: "apps/one" },
  { name: "kit", importer: "apps/one" },
];
const versions = new Map([
  ["kit", "1.0.0(zod@4.0.0)"],
  ["zod", "4.0.0"],
]);

it("takes the version that is locked where a package is used, whatever kind of dependency it is there", () => {
  expect(lockedVersions(lockfile, uses)).toEqual(versions);
  expect([...lockedVersions(lockfile, uses).keys()]).toEqual(["kit", "zod"]);
  expect(exactVersions(versions)).toEqual({ kit: "1.0.0", zod: "4.0.0" });
});

it("refuses what is not declared, and two versions in one bundle", () => {
  const undeclared = [{ name: "left", importer: "packages/two" }];
  expect(() => lockedVersions(lockfile, undeclared)).toThrow("packages/two imports left");
  const both = [...uses, { name: "kit", importer: "packages/two" }];
  expect(() => lockedVersions(lockfile, both)).toThrow("kit is needed as 1.0.0(zod@4.0.0) and as 2.0.0");
});

it("locks exactly what the dependencies need, through names of their own and circles", () => {
  const { importers, packages, snapshots } = pruneLockfile(lockfile, versions);
  const exact = { specifier: "4.0.0", version: "4.0.0" };
  expect(importers).toEqual({
    ".": { dependencies: { kit: { specifier: "1.0.0", version: "1.0.0(zod@4.0.0)" }, zod: exact } },
  });
  expect(Object.keys(snapshots)).toEqual(["fast@1.0.0", "kit@1.0.0(zod@4.0.0)", "other@3.0.0", "zod@4.0.0"]);
  expect(Object.keys(packages)).toEqual(["fast@1.0.0", "kit@1.0.0", "other@3.0.0", "zod@4.0.0"]);
});

it("tells which packages do not run on a promised Node", () => {
  expect(refusingNode(lockfile, ">=22.14")).toEqual([]);
  expect(refusingNode(lockfile, ">=22")).toEqual(["fast@1.0.0 needs Node >=22.14"]);
});
