import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import pMap from "p-map";
import { isProgram, type PublishedPackage, root } from "./published.ts";
import { run } from "./run.ts";

const { npm_execpath: runner = "" } = process.env;
/**
 * pnpm writes versions in place of `workspace:` and `catalog:`, and puts `publishConfig.exports` in its place. The one that
 * runs this is taken, if one does: npx asks the registry first.
 */
const [pnpm, ...first]: readonly [string, ...string[]] = basename(runner).startsWith("pnpm")
  ? [runner]
  : ["npx", "--yes", "pnpm@12.21.0"];

const build = async (one: PublishedPackage): Promise<void> => {
  const { directory } = one;
  // What was built of files that are gone would be packed, too.
  await rm(join(directory, "dist"), { recursive: true, force: true });
  if (isProgram(one)) {
    const program = [join(root, "scripts/bundle.ts"), basename(directory), join(directory, "dist")];
    await run(process.execPath, program, { cwd: directory });
    return;
  }
  await run(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], { cwd: directory });
};

/** Builds a package and packs it as it would be published; gives the tarball's path. */
export const pack = async (one: PublishedPackage, destination: string): Promise<string> => {
  await build(one);
  await run(pnpm, [...first, "pack", "--pack-destination", destination], { cwd: one.directory });
  return join(destination, `${one.name.replace("@", "").replace("/", "-")}-${one.packageJson.version}.tgz`);
};

/** Builds and packs packages; gives the path of each one's tarball by its name. */
export const packAll = async (
  packages: readonly PublishedPackage[],
  destination: string,
): Promise<ReadonlyMap<string, string>> =>
  new Map(await pMap(packages, async (one) => [one.name, await pack(one, destination)] as const, { concurrency: 2 }));
