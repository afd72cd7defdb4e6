import { isRecord } from "@nofx/versioning";

const schemaCharactersMax = 64 * 1024;
const depthMax = 32;
/** How many schemas are gone through for one value, with each reference followed. */
const visitsMax = 1000;

/** Words of JSON Schema that name schemas to others or run them in other orders than they are written in. */
const refused = new Set([
  "$id",
  "$anchor",
  "$dynamicRef",
  "$dynamicAnchor",
  "$vocabulary",
  "$recursiveRef",
  "$recursiveAnchor",
  "id",
  "definitions",
]);
const dialect = "https://json-schema.org/draft/2020-12/schema";

const schemaLists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const schemaMaps = new Set(["properties", "patternProperties", "dependentSchemas"]);
const schemas = new Set([
  "additionalProperties",
  "unevaluatedProperties",
  "unevaluatedItems",
  "propertyNames",
  "items",
  "contains",
  "not",
  "if",
  "then",
  "else",
]);

class Obstacle extends Error {}

/** The definition that a reference leads to. */
const referred = (root: Record<string, unknown>, reference: unknown): readonly [string, unknown] => {
  const name = typeof reference === "string" ? /^#\/\$defs\/([A-Za-z0-9_.-]+)$/.exec(reference)?.[1] : undefined;
  if (name === undefined) throw new Obstacle("`$ref` may lead to `#/$defs/name` only: nothing is fetched");
  const definitions = root.$defs;
  if (!isRecord(definitions) || !Object.hasOwn(definitions, name))
    throw new Obstacle(`there is no \`#/$defs/${name}\``);
  return [name, definitions[name]];
};

const membersOf = (schema: Record<string, unknown>): unknown[] =>
  Object.entries(schema).flatMap(([key, value]) => {
    if (refused.has(key)) throw new Obstacle(`\`${key}\` is not supported`);
    if (key === "$schema" && value !== dialect) throw new Obstacle(`\`$schema\` can be ${dialect} only`);
    if (schemas.has(key)) return [value];
    if (schemaLists.has(key) && Array.isArray(value)) return value;
    if (schemaMaps.has(key) && isRecord(value)) return Object.values(value);
    return [];
  });

/** Counts what one value may have to be held against, definitions once and for all. */
const counter = (root: Record<string, unknown>) => {
  const counted = new Map<string, number>();
  const open = new Set<string>();
  const definition = (reference: unknown): number => {
    const [name, schema] = referred(root, reference);
    const known = counted.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) throw new Obstacle(`\`#/$defs/${name}\` leads back to itself`);
    open.add(name);
    const visits = visit(schema, 0);
    open.delete(name);
    counted.set(name, visits);
    return visits;
  };
  const visit = (schema: unknown, depth: number): number => {
    if (!isRecord(schema)) return 1;
    if (depth > depthMax) throw new Obstacle(`it nests deeper than ${depthMax} schemas`);
    let visits = 1 + (Object.hasOwn(schema, "$ref") ? definition(schema.$ref) : 0);
    for (const member of membersOf(schema)) visits += visit(member, depth + 1);
    if (visits > visitsMax) throw new Obstacle(`more than ${visitsMax} schemas would have to be gone through`);
    return visits;
  };
  return { visit, definition };
};

/** Why a schema cannot be used, as far as its size and its references go; undefined if it can. */
export const schemaObstacle = (schema: unknown, characters: number): string | undefined => {
  if (typeof schema === "boolean") return undefined;
  if (!isRecord(schema)) return "a schema is an object, `true` or `false`";
  if (characters > schemaCharactersMax) return `larger than ${schemaCharactersMax / 1024} KB`;
  const { visit, definition } = counter(schema);
  try {
    visit(schema, 0);
    if (isRecord(schema.$defs)) {
      for (const name of Object.keys(schema.$defs)) definition(`#/$defs/${name}`);
    }
    return undefined;
  } catch (error) {
    if (error instanceof Obstacle) return error.message;
    throw error;
  }
};
