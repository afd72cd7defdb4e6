import { isBuiltin } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import type { Use } from "./lockfile.ts";

const posix = (path: string): string => path.replaceAll(sep, "/");

/** `@scope/name` of `@scope/name/path`. */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** Of the workspace, `apps/name` or `packages/name`. */
const importerOf = (root: string, file: string): string => posix(relative(root, file)).split("/").slice(0, 2).join("/");

/** Leaves what is not ours where it is; tells `seen` of it. */
const keepPackages = (root: string, seen: (specifier: string, use: Use) => void): Plugin => ({
  name: "keep-packages",
  resolveId(specifier, importer) {
    if (!importer || /^[./]/.test(specifier) || specifier.startsWith("@nofx/")) return null;
    if (isBuiltin(specifier)) return { id: specifier, external: true, moduleSideEffects: false };
    seen(specifier, { name: packageOf(specifier), importer: importerOf(root, importer) });
    return { id: specifier, external: true, moduleSideEffects: false };
  },
});

/**
 * Code finds its assets by the place of its source file, `join(import.meta.dirname, "../assets")`, and has no such place any
 * more. It is told where the file would be below `assets`, which is laid out as the repository is.
 */
const keepPlaces = (root: string): Plugin => ({
  name: "keep-places",
  transform: {
    filter: { code: "import.meta.dirname" },
    handler(code, id) {
      const place = JSON.stringify(`/../assets/${posix(relative(root, dirname(id)))}`);
      return { code: code.replaceAll("import.meta.dirname", `(import.meta.dirname + ${place})`) };
    },
  },
});

/** What an app consists of: its code by file name, and what the code needs of others. */
export interface Compiled {
  readonly files: ReadonlyMap<string, string>;
  readonly uses: readonly Use[];
}

/** Makes few files of an app's entries and all of ours that they import. */
export const compile = async (
  root: string,
  app: string,
  entries: Readonly<Record<string, string>>,
): Promise<Compiled> => {
  const seen = new Map<string, Use[]>();
  const see = (specifier: string, use: Use): void => void seen.set(specifier, [...(seen.get(specifier) ?? []), use]);
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(app, path)])),
    platform: "node",
    cwd: root,
    plugins: [keepPackages(root, see), keepPlaces(root)],
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await bundle
    .generate({ format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" })
    .finally(() => bundle.close());
  const chunks = output.filter((one) => one.type === "chunk");
  const needed = new Set(chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]));
  return {
    files: new Map(chunks.map(({ fileName, code }) => [fileName, code])),
    uses: [...needed].flatMap((specifier) => seen.get(specifier) ?? []),
  };
};
