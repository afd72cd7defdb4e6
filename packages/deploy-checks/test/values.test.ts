import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { chart, merged, setNames, type Values, valuesOf } from "../src/chart.ts";

const schema = JSON.parse(await readFile(join(chart, "values.schema.json"), "utf8")) as object;
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

/** Where values are refused: paths, with what is the matter. */
const refusals = (values: Values): string[] => {
  validate(values);
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
};

const managed = await valuesOf("managed");
const withValues = (above: Values) => refusals(merged(managed, above));

describe("values.schema.json", () => {
  it.each(setNames)("takes the values of %s", async (set) => {
    expect(refusals(await valuesOf(set))).toEqual([]);
  });

  it("refuses the chart's own values, which name no database and no address", async () => {
    expect(refusals(merged(managed, { publicUrl: "", database: { host: "" } }))).toEqual([
      "/publicUrl pattern",
      "/database/host pattern",
    ]);
  });

  it.each<[what: string, above: Values, refused: string]>([
    ["a misspelt name", { databse: {} }, " additionalProperties"],
    ["a misspelt name below", { services: { registry: { replica: 3 } } }, "/services/registry additionalProperties"],
    ["a public address with a path", { publicUrl: "https://nofx.example.com/api" }, "/publicUrl pattern"],
    ["no replica", { services: { search: { replicas: 0 } } }, "/services/search/replicas minimum"],
    ["a text for a number", { database: { port: "5432" } }, "/database/port type"],
    ["an unknown way to encrypt", { database: { sslMode: "prefer" } }, "/database/sslMode enum"],
    ["an address where a host belongs", { database: { host: "postgres://db" } }, "/database/host pattern"],
    ["a digest that is none", { image: { digests: { search: "sha256:abc" } } }, "/image/digests/search pattern"],
    ["an unknown engine", { search: { engine: "lucene" } }, "/search/engine enum"],
    ["an unknown route", { routing: { kind: "loadbalancer" } }, "/routing/kind enum"],
    [
      "a secret in the environment",
      { services: { registry: { env: { BOOTSTRAP_TOKEN: "x" } } } },
      "/services/registry/env not",
    ],
    ["a number in the environment", { services: { registry: { env: { ANY: 1 } } } }, "/services/registry/env/ANY type"],
    [
      "an empty list of who may come in",
      { networkPolicies: { fromIngress: [] } },
      "/networkPolicies/fromIngress minItems",
    ],
    [
      "no limit on memory",
      { services: { registry: { resources: { limits: null } } } },
      "/services/registry/resources/limits type",
    ],
    [
      "an amount that is none",
      { migrations: { resources: { requests: { memory: "much" } } } },
      "/migrations/resources/requests/memory pattern",
    ],
  ])("refuses %s", (_what, above, refused) => {
    expect(withValues(above)).toContain(refused);
  });

  it("tells of each value what it is, where a pattern alone would not", () => {
    const described = (node: unknown): boolean => {
      if (typeof node !== "object" || node === null) return true;
      const { pattern, description, $ref } = node as { pattern?: string; description?: string; $ref?: string };
      const isClear = $ref !== undefined || pattern === undefined || pattern.length < 40 || description !== undefined;
      return isClear && Object.values(node).every(described);
    };
    expect(described(schema)).toBe(true);
  });
});

describe("merged", () => {
  it("puts values on top of others as Helm does: maps are merged, lists replaced", () => {
    const below = { a: { b: 1, c: [1, 2] }, d: 1 };
    expect(merged(below, { a: { c: [3] }, d: { e: 2 } })).toEqual({ a: { b: 1, c: [3] }, d: { e: 2 } });
  });
});
