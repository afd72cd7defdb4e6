import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { declaredSchemas, schemaDocuments } from "../src/index.ts";

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false, strictRequired: false });
formats.default(ajv);

/** Every declared schema by name, with what judges by its JSON Schema. */
export const judges: ReadonlyMap<
  string,
  { readonly zod: (value: unknown) => boolean; readonly json: ValidateFunction }
> = new Map(
  schemaDocuments()
    .filter(({ name }) => name !== "index")
    .map(({ name, text }) => {
      const { schema } = declaredSchemas[name] as (typeof declaredSchemas)[string];
      return [name, { zod: (value) => schema.safeParse(value).success, json: ajv.compile(JSON.parse(text)) }];
    }),
);

const root = join(import.meta.dirname, "../../shared");

/** A file that ships, and the schema that it is held against. */
export interface ShippedFile {
  readonly file: string;
  readonly name: string;
  readonly value: unknown;
}

const nameOf = (file: string): string | undefined => {
  if (/^agents\/.*\/?agent\.json$/.test(file)) return "agent";
  if (/^agents\/.*\/mcp\.json$/.test(file)) return "mcp";
  if (/^templates\/.*\/template\.json$/.test(file)) return "template";
  if (/^templates\/[^/]+\/versions\/[^/]+\.json$/.test(file)) return "template-steps";
  return file === "templates/categories.json" ? "categories" : undefined;
};

/** Every manifest that ships. */
export const shippedFiles: readonly ShippedFile[] = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(root, join(parentPath, name)).split(sep).join("/"))
  .sort()
  .flatMap((file) => {
    const name = nameOf(file);
    return name === undefined ? [] : [{ file, name, value: JSON.parse(readFileSync(join(root, file), "utf8")) }];
  });

type Path = readonly (string | number)[];

/** Every place of a value, itself included. */
const placesOf = (value: unknown, at: Path = []): Path[] => {
  if (typeof value !== "object" || value === null) return [at];
  const entries = Array.isArray(value) ? value.map((one, index) => [index, one] as const) : Object.entries(value);
  return [at, ...entries.flatMap(([key, one]) => placesOf(one, [...at, key]))];
};

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], value);

const removed = Symbol("removed");

const changed = (value: unknown, path: Path, to: unknown): unknown => {
  const [last] = path.slice(-1);
  if (last === undefined) return to;
  const copy = structuredClone(value);
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  if (to !== removed) parent[last] = to;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
};

const texts = [
  "",
  " ",
  "x",
  "Not An Id!",
  "../up",
  "1.2",
  "01.0.0",
  "$HOME",
  "a/b",
  "a".repeat(41),
  "x".repeat(400_000),
];
const others = [null, true, -1, 0, 1.5, 3, 1e9, 2 ** 60, [], {}, { not: "known" }, [1, "a"], Array(1001).fill("a")];

const variants = (value: unknown): unknown[] => {
  const own = Array.isArray(value)
    ? [[...value, ...value], [...value, 7], Array(1001).fill(value[0])]
    : typeof value === "object" && value !== null
      ? [
          { ...value, unheardOf: 1 },
          { ...value, "": { a: [] } },
          { ...value, $schema: 7 },
        ]
      : typeof value === "string"
        ? [`${value} `, `${value}\n`, `${value}!`, value.toUpperCase()]
        : [];
  return [...own, ...texts, ...others];
};

/** A value with one place of it changed. */
export interface Mutant {
  readonly path: Path;
  /** What stands there now. */
  readonly to: unknown;
  readonly value: unknown;
}

/** What was changed, for people. */
export const tellMutant = ({ path, to }: Mutant): string =>
  `${JSON.stringify(path)} ${to === removed ? "removed" : `= ${JSON.stringify(to).slice(0, 60)}`}`;

/** Everything that a value becomes by one change: each place removed, and replaced by what it mostly must not be. */
export const mutants = function* (value: unknown): Generator<Mutant> {
  for (const path of placesOf(value)) {
    if (path.length > 0) yield { path, to: removed, value: changed(value, path, removed) };
    for (const to of variants(valueAt(value, path))) yield { path, to, value: changed(value, path, to) };
  }
};
