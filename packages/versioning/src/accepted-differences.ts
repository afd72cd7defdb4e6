import type { Difference } from "@nofx/contract-kit";
import { isRecord } from "./record.ts";
import { compareEither } from "./schema-difference.ts";

/** Keywords under which more for a part may be less for the whole. */
const unclear = new Set([
  "not",
  "oneOf",
  "contains",
  "if",
  "prefixItems",
  "patternProperties",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

/** Keywords that accept and refuse nothing. */
const words = /\.(title|description|examples|\$comment|deprecated|readOnly|writeOnly)$/;
const namedLikeWords = /\.(properties|\$defs|dependentSchemas)\.[^.]+$/;

const isWords = (path: string): boolean =>
  words.test(path.replace(/\["(\$comment)"\]$/, ".$1")) && !namedLikeWords.test(path);

const isUnclear = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(isUnclear);
  return isRecord(value) && Object.entries(value).some(([key, member]) => unclear.has(key) || isUnclear(member));
};

/** What accepts everything, as an object: `true`, or nothing said. */
const asSchema = (schema: unknown): unknown => (schema === undefined || schema === true ? {} : schema);

/**
 * What differs between two JSON Schemas of a value that callers give, each judged by whether something may be refused now
 * that was accepted. No verdict is milder than what can be shown.
 */
export const acceptedDifferences = (
  before: unknown,
  after: unknown,
  { path, name }: { readonly path: string; readonly name: string },
): Difference[] => {
  const [was, is] = [asSchema(before), asSchema(after)];
  const found = compareEither(was, is, { direction: "variable", path, name, depth: 0 });
  if (!isUnclear(was) && !isUnclear(is)) return found;
  const reason = `Variable \`${name}\` has another schema: it cannot be shown that everything that was taken still is`;
  return found.map((each) =>
    each.severity === "major" || isWords(each.path) ? each : { ...each, severity: "major" as const, reason },
  );
};
