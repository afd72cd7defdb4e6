import { canonicalForm } from "@nofx/canonical";
import { type Difference, jsonPath } from "@nofx/contract-kit";
import { isRecord } from "./record.ts";
import { type Direction, type Effect, effectSeverities, keywordEffects, plainEffect } from "./schema.rules.ts";
import { removedProperty, sentence } from "./schema-sentence.ts";

/** A schema inside the whole one: where it is, and what its values are called. */
export interface SchemaPlace {
  readonly direction: Direction;
  readonly path: string;
  /** Such as `findings[].line`; empty for the whole. */
  readonly name: string;
  readonly depth: number;
}

/** Keywords whose value is a schema; absent, it accepts everything. */
const subschemas = new Set([
  "items",
  "additionalItems",
  "unevaluatedItems",
  "additionalProperties",
  "unevaluatedProperties",
  "propertyNames",
  "contains",
]);
/** Keywords whose value is a list of schemas. */
const schemaLists = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
/** Keywords whose value holds schemas by name, and what one more of them does. */
const schemaMaps: ReadonlyMap<string, Effect> = new Map([
  ["patternProperties", "narrower"],
  ["dependentSchemas", "narrower"],
  ["$defs", "none"],
  ["definitions", "none"],
]);
/** Deeper schemas are compared as a whole. */
const depthMax = 40;

const isSame = (before: unknown, after: unknown): boolean =>
  before === after || (before !== undefined && after !== undefined && canonicalForm(before) === canonicalForm(after));

const values = (before: unknown, after: unknown) => ({
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

const step = (path: string, ...names: readonly (string | number)[]): string => path + jsonPath(names).slice(1);

const inside = (place: SchemaPlace, path: string, name: string): SchemaPlace => ({
  ...place,
  path,
  name,
  depth: place.depth + 1,
});

const namedProperty = (place: SchemaPlace, name: string): string => (place.name ? `${place.name}.${name}` : name);

const told = (place: SchemaPlace, keyword: string, effect: Effect, before: unknown, after: unknown): Difference => ({
  path: step(place.path, keyword),
  ...values(before, after),
  severity: effectSeverities[place.direction][effect],
  reason: sentence(place, keyword, effect, before, after),
});

const compareSubschema = (before: unknown, after: unknown, keyword: string, place: SchemaPlace): Difference[] => {
  if (!isRecord(before) || !isRecord(after) || place.depth > depthMax) {
    return [told(place, keyword, plainEffect(before, after), before, after)];
  }
  const name = keyword.endsWith("tems") ? `${place.name}[]` : place.name;
  return compareSchemas(before, after, inside(place, step(place.path, keyword), name));
};

/** What is said of members that are not told of. */
interface Others {
  readonly isClosed: boolean;
  readonly before: unknown;
  readonly after: unknown;
}

/** What it does that a member is told of, or no longer: before or then it is one of the others. */
const memberEffect = (before: unknown, after: unknown, others: Others): Effect =>
  plainEffect(before === undefined ? others.before : before, after === undefined ? others.after : after);

const compareProperties = (
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  place: SchemaPlace,
  others: Others,
): Difference[] =>
  union(before, after).flatMap((name) => {
    const path = step(place.path, "properties", name);
    const [old, fresh] = [own(before, name), own(after, name)];
    if (isSame(old, fresh)) return [];
    const property = inside(place, path, namedProperty(place, name));
    if (old !== undefined && fresh !== undefined) return compareEither(old, fresh, property);
    if (place.direction === "variable") {
      const { path: _keyword, ...difference } = told(property, "", memberEffect(old, fresh, others), old, fresh);
      return [{ path, ...difference }];
    }
    if (old === undefined) {
      const reason = `${place.direction === "input" ? "Input" : "Output"} \`${property.name}\` is new`;
      return [{ path, after: fresh, severity: "minor" as const, reason }];
    }
    return [{ path, before: old, ...removedProperty(property, others.isClosed) }];
  });

const compareMap = (
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  keyword: string,
  place: SchemaPlace,
): Difference[] =>
  union(before, after).flatMap((name) => {
    const path = step(place.path, keyword, name);
    const [old, fresh] = [own(before, name), own(after, name)];
    if (isSame(old, fresh)) return [];
    if (old !== undefined && fresh !== undefined) return compareEither(old, fresh, inside(place, path, place.name));
    const more = schemaMaps.get(keyword) ?? "either";
    const fewer = more === "narrower" ? "wider" : more;
    const difference = told(place, keyword, old === undefined ? more : fewer, old, fresh);
    return [{ ...difference, path }];
  });

const compareList = (
  before: readonly unknown[],
  after: readonly unknown[],
  keyword: string,
  place: SchemaPlace,
): Difference[] => {
  // Of lists of different length nobody knows which members belong together.
  if (before.length !== after.length) {
    const effect = keywordEffects.get(keyword)?.(before, after) ?? "either";
    return [told(place, keyword, effect, before, after)];
  }
  return before.flatMap((old, index) =>
    isSame(old, after[index])
      ? []
      : compareEither(old, after[index], inside(place, step(place.path, keyword, index), place.name)),
  );
};

/** Schemas that are both there. */
export const compareEither = (before: unknown, after: unknown, place: SchemaPlace): Difference[] => {
  if (isRecord(before) && isRecord(after) && place.depth <= depthMax) return compareSchemas(before, after, place);
  const { path, ...difference } = told(place, "", plainEffect(before, after), before, after);
  return [{ path: place.path, ...difference }];
};

const compareKeyword = (before: unknown, after: unknown, keyword: string, place: SchemaPlace): Difference[] => {
  if (subschemas.has(keyword)) return compareSubschema(before, after, keyword, place);
  if (Array.isArray(before) && Array.isArray(after) && schemaLists.has(keyword)) {
    return compareList(before, after, keyword, place);
  }
  if (schemaMaps.has(keyword) && isMap(before) && isMap(after)) {
    const differences = compareMap(before ?? {}, after ?? {}, keyword, place);
    return differences.length > 0 ? differences : [told(place, keyword, "none", before, after)];
  }
  const effect = keywordEffects.get(keyword)?.(before, after) ?? "none";
  return [told(place, keyword, effect, before, after)];
};

/** Object keys may be called like something that every object inherits. */
const own = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const union = (before: object, after: object): string[] => [
  ...Object.keys(before),
  ...Object.keys(after).filter((key) => !Object.hasOwn(before, key)),
];

/** Judges two schemas keyword by keyword. Whether what the schemas accept is empty anyway is not looked into. */
export const compareSchemas = (
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  place: SchemaPlace,
): Difference[] => {
  return union(before, after).flatMap((keyword) => {
    const [old, fresh] = [own(before, keyword), own(after, keyword)];
    if (isSame(old, fresh)) return [];
    if (keyword === "properties" && isMap(old) && isMap(fresh)) {
      const isClosed = before.additionalProperties === false || before.unevaluatedProperties === false;
      const others = {
        isClosed,
        before: own(before, "additionalProperties"),
        after: own(after, "additionalProperties"),
      };
      const differences = compareProperties(old ?? {}, fresh ?? {}, place, others);
      return differences.length > 0 ? differences : [told(place, keyword, "none", old, fresh)];
    }
    return compareKeyword(old, fresh, keyword, place);
  });
};

const isMap = (value: unknown): value is Record<string, unknown> | undefined => value === undefined || isRecord(value);
