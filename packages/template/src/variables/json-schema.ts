import { canonicalForm } from "@nofx/canonical";
import type { Path } from "@nofx/document";
import { isRecord } from "@nofx/versioning";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { LRUCache } from "lru-cache";
import { compilePattern } from "./pattern.ts";
import { schemaObstacle } from "./schema-limits.ts";

/** What is wrong with a value, and where in it. No message repeats the value. */
export interface ValueProblem {
  readonly path: Path;
  readonly code: string;
  readonly message: string;
}

/** Everything that is wrong with a value. */
export type Check = (value: unknown) => ValueProblem[];

/** Formats that are checked. Any other is refused, since it would promise what nobody holds. */
const formats = [
  "date",
  "date-time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "json-pointer",
  "time",
  "uri",
  "uri-reference",
  "uri-template",
  "uuid",
] as const;

/** Expressions of formats may take quadratic time; nothing that has one of these formats is longer. */
const formattedCharactersMax = 2048;

const newAjv = (): Ajv2020 => {
  const ajv = new Ajv2020({
    allErrors: true,
    strictSchema: true,
    strictNumbers: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: true,
    logger: false,
    addUsedSchema: false,
    code: { regExp: Object.assign((source: string) => compilePattern(source), { code: "" }) },
  });
  addFormats.default(ajv, { mode: "full", formats: [...formats] });
  for (const name of formats) {
    const format = ajv.formats[name];
    const test = isRecord(format) && !(format instanceof RegExp) ? format.validate : format;
    const fits = (text: string): boolean =>
      test instanceof RegExp ? test.test(text) : (test as (text: string) => boolean)(text);
    ajv.addFormat(name, (text: string) => text.length <= formattedCharactersMax && fits(text));
  }
  // The one of the library compares each pair.
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: (wanted: boolean, members: unknown[]) =>
      !wanted || new Set(members.map((member) => canonicalForm(member))).size === members.length,
    error: { message: "must NOT have duplicate items" },
  });
  return ajv;
};

const ajv = newAjv();

const codes: Readonly<Record<string, string>> = {
  type: "wrong_type",
  enum: "not_allowed",
  const: "not_allowed",
  required: "missing",
  format: "wrong_format",
  pattern: "pattern_mismatch",
  additionalProperties: "unknown_member",
  unevaluatedProperties: "unknown_member",
  minLength: "too_short",
  minItems: "too_short",
  maxLength: "too_long",
  maxItems: "too_long",
  minimum: "too_small",
  exclusiveMinimum: "too_small",
  maximum: "too_large",
  exclusiveMaximum: "too_large",
  multipleOf: "not_multiple",
  uniqueItems: "duplicate",
};

/** A pointer into the value (RFC 6901) as a path. */
const pathOf = (pointer: string): Path =>
  pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((token) => (/^(0|[1-9]\d*)$/.test(token) ? Number(token) : token));

const sentence = ({ keyword, message = "does not fit", params }: ErrorObject): string => {
  if (keyword === "enum")
    return `Must be one of ${(params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(", ")}`;
  if (keyword === "const") return `Must be ${JSON.stringify(params.allowedValue)}`;
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties")
    return "Nothing of this name is known here";
  return message.charAt(0).toUpperCase() + message.slice(1).replace("NOT", "not");
};

const problemOf = (error: ErrorObject): ValueProblem => {
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params as Record<
    string,
    string | undefined
  >;
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty;
  return {
    path: [...pathOf(error.instancePath), ...(member === undefined ? [] : [member])],
    code: codes[error.keyword] ?? "schema_mismatch",
    message: missingProperty === undefined ? sentence(error) : "A value is needed",
  };
};

const checks = new LRUCache<string, Check>({ max: 1000 });

/**
 * Makes the check of a JSON Schema (2020-12). It takes time linear in the value: expressions run on RE2, schemas are
 * bounded and lead nowhere but into themselves.
 * @throws RangeError that says what is wrong with the schema
 */
export const compileSchema = (schema: unknown): Check => {
  const key = canonicalForm(schema);
  const known = checks.get(key);
  if (known) return known;
  const obstacle = schemaObstacle(schema, key.length);
  if (obstacle !== undefined) throw new RangeError(obstacle);
  const own = JSON.parse(key) as boolean | Record<string, unknown>;
  try {
    const validate = ajv.compile(own);
    const check: Check = (value) => (validate(value) ? [] : (validate.errors ?? []).map(problemOf));
    checks.set(key, check);
    return check;
  } catch (error) {
    throw new RangeError((error as Error).message);
  } finally {
    // It would keep every schema that it has ever seen.
    if (isRecord(own)) ajv.removeSchema(own);
  }
};
