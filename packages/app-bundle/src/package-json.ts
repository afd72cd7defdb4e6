import type { Declaration } from "./declaration.ts";

/** Members that mean the same in a bundle. */
const kept = [
  "name",
  "version",
  "private",
  "description",
  "keywords",
  "homepage",
  "bugs",
  "license",
  "repository",
  "type",
  "engines",
] as const;

/** The package.json of an app's bundle. */
export const bundledPackageJson = (
  declaration: Declaration,
  dependencies: Readonly<Record<string, string>>,
): Record<string, unknown> => {
  const { bundle, bin = {}, publishConfig } = declaration;
  const built = new Map(Object.entries(bundle.entries).map(([name, path]) => [path, `./dist/${name}.js`]));
  const programs = Object.entries(bin as Record<string, string>).map(([name, path]) => {
    const program = built.get(path);
    if (!program) throw new Error(`bin ${name} is ${path}, which is none of the bundle's entries`);
    return [name, program.slice("./".length)] as const;
  });
  const { access, exports } = (publishConfig ?? {}) as { access?: string; exports?: object };
  return {
    ...Object.fromEntries(kept.flatMap((member) => (member in declaration ? [[member, declaration[member]]] : []))),
    ...(programs.length > 0 && { bin: Object.fromEntries(programs) }),
    ...(exports && { exports }),
    files: ["dist", "assets"],
    ...(bundle.port !== undefined && { config: { port: bundle.port } }),
    ...(access && { publishConfig: { access } }),
    dependencies,
  };
};
