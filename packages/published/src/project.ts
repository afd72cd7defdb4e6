import { realpathSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readPackageJson, root } from "./published.ts";
import { run } from "./run.ts";

/** As strict as a project can be; types of packages are checked, too. */
const tsconfig = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "dom", "dom.iterable"],
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    rootDir: ".",
    outDir: "dist",
  },
  include: ["*.ts"],
};

/** All that examples need of Node, where its types are not installed. */
const processTypes = "declare const process: { readonly env: Readonly<Record<string, string | undefined>> };";

const nodeModules = join(import.meta.dirname, "../node_modules");

/** Copies packages without dependencies that this repository has installed: dependencies that need no registry. */
export const copyInstalled = async (
  names: readonly string[],
  destination: string,
): Promise<Readonly<Record<string, string>>> => {
  const copies = names.map((name) => [name, join(destination, name)] as const);
  for (const [name, copy] of copies) await cp(realpathSync(join(nodeModules, name)), copy, { recursive: true });
  return Object.fromEntries(copies.map(([name, copy]) => [name, `file:${copy}`]));
};

/** Which of the tarballs a package needs, itself and what it depends on. */
export const closureOf = (names: readonly string[], directories: ReadonlyMap<string, string>): string[] => {
  const found = new Set<string>();
  const add = (name: string): void => {
    const directory = directories.get(name);
    if (directory === undefined || found.has(name)) return;
    found.add(name);
    Object.keys((readPackageJson(directory).dependencies ?? {}) as object).forEach(add);
  };
  names.forEach(add);
  return [...found];
};

/** Makes a project of nobody in particular and installs packages with plain npm; offline, only what `dependencies` name. */
export const makeProject = async (
  directory: string,
  dependencies: Readonly<Record<string, string>>,
  { offline }: { readonly offline: boolean },
): Promise<void> => {
  await mkdir(directory, { recursive: true });
  const packageJson = { name: "consumer", private: true, type: "module", dependencies };
  await writeFile(join(directory, "package.json"), JSON.stringify(packageJson));
  const types = "@types/node" in dependencies ? ["node"] : [];
  const compilerOptions = { ...tsconfig.compilerOptions, types };
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify({ ...tsconfig, compilerOptions }));
  if (types.length === 0) await writeFile(join(directory, "process.d.ts"), processTypes);
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
  // An empty cache: what is not named cannot come from an earlier installation.
  const alone = offline ? ["--offline", "--cache", join(directory, ".npm")] : [];
  await run("npm", ["install", ...quiet, ...alone], { cwd: directory });
};

/** Puts a program into a project. */
export const addProgram = (directory: string, name: string, program: string): Promise<void> =>
  writeFile(join(directory, `${name}.ts`), program);

/** Checks the types of all programs of a project and compiles them. @throws what is wrong */
export const compile = async (directory: string): Promise<void> => {
  await run(join(root, "node_modules/.bin/tsc"), ["-p", directory], { cwd: directory });
};

/** Runs a compiled program; gives what it prints. */
export const runProgram = (directory: string, name: string, env: Readonly<Record<string, string>>): Promise<string> =>
  run(process.execPath, [join("dist", `${name}.js`)], { cwd: directory, env });
