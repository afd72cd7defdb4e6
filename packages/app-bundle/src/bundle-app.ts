import { access, chmod, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { type Compiled, compile } from "./compile.ts";
import { type Declaration, readDeclaration } from "./declaration.ts";
import { exactVersions, type Lockfile, lockedVersions, pruneLockfile, refusingNode } from "./lockfile.ts";
import { bundledPackageJson } from "./package-json.ts";

/** All that a bundle consists of; what else is in its directory, such as node_modules, is left alone. */
const written = ["dist", "assets", "package.json", "pnpm-lock.yaml", "README.md", "LICENSE"];

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Empties the directory of an earlier bundle. @throws if something else is there, which nothing must be lost of */
const clear = async (directory: string, { name }: Declaration): Promise<void> => {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length === 0) return;
  const earlier = await readFile(join(directory, "package.json"), "utf8").then(
    (text) => JSON.parse(text) as { readonly name?: string; readonly bundle?: object },
    () => undefined,
  );
  if (earlier?.name !== name || earlier.bundle) throw new Error(`${directory} is not empty and no bundle of ${name}`);
  for (const each of written) await rm(join(directory, each), { recursive: true, force: true });
};

/** Where assets are in the repository. @throws if one is outside */
const placesOf = (root: string, app: string, assets: readonly string[]): string[] =>
  assets.map((asset) => {
    const place = relative(root, join(app, asset));
    if (place.startsWith("..")) throw new Error(`${asset} is not in the repository`);
    return place;
  });

/** The package.json and the lockfile of what was compiled. @throws if it does not run where the app says it does */
const describe = async (root: string, declaration: Declaration, { uses }: Compiled): Promise<Map<string, string>> => {
  const lockfile = parse(await readFile(join(root, "pnpm-lock.yaml"), "utf8")) as Lockfile;
  const versions = lockedVersions(lockfile, uses);
  const pruned = pruneLockfile(lockfile, versions);
  const refusing = refusingNode(pruned, declaration.engines.node);
  if (refusing.length > 0) throw new Error(`${declaration.name}: engines do not hold:\n${refusing.join("\n")}`);
  const packageJson = bundledPackageJson(declaration, exactVersions(versions));
  return new Map([
    ["package.json", `${JSON.stringify(packageJson, null, 2)}\n`],
    ["pnpm-lock.yaml", stringify(pruned, { lineWidth: 0 })],
  ]);
};

/**
 * Makes a directory that runs an app with Node and npm packages alone: `dist/` with its programs, `assets/`, a package.json
 * with exact versions, and a pnpm-lock.yaml of what the repository has locked. @throws if it could not run; then nothing is
 * written
 */
export const bundleApp = async (root: string, name: string, directory: string): Promise<void> => {
  const app = join(root, "apps", name);
  const declaration = await readDeclaration(app);
  const { entries, assets } = declaration.bundle;
  const places = placesOf(root, app, assets);
  const compiled = await compile(root, app, entries);
  const descriptions = await describe(root, declaration, compiled);
  await clear(directory, declaration);
  await mkdir(join(directory, "dist"), { recursive: true });
  for (const [file, code] of compiled.files) await writeFile(join(directory, "dist", file), code);
  for (const entry of Object.keys(entries)) await chmod(join(directory, `dist/${entry}.js`), 0o755);
  for (const place of places) await cp(join(root, place), join(directory, "assets", place), { recursive: true });
  for (const [file, text] of descriptions) await writeFile(join(directory, file), text);
  await cp(join(root, "LICENSE"), join(directory, "LICENSE"));
  const readme = join(app, "README.md");
  if (await exists(readme)) await cp(readme, join(directory, "README.md"));
};
