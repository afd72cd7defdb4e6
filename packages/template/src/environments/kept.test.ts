import type { TemplateEnvironment, TemplateEnvironments } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveEnvironment } from "./environment.ts";
import { keptEnvironmentFindings, variablesFor } from "./environment-findings.ts";

const name = fc.constantFrom("a", "b", "constructor", "__proto__");
const value = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.constant(null),
  fc.dictionary(name, fc.option(fc.nat(9)), { maxKeys: 3 }),
);
const settings = fc.dictionary(name, value, { maxKeys: 3 });
const overlay = fc.record(
  {
    variables: settings,
    agents: fc.dictionary(name, fc.option(fc.constantFrom("^1.0.0", "<2"))),
    channels: settings,
    resources: settings,
  },
  { requiredKeys: [] },
);
const environment = (others: readonly string[]): fc.Arbitrary<TemplateEnvironment> =>
  fc
    .tuple(overlay, fc.option(fc.constantFrom(...others), { nil: undefined }))
    .map(([parts, base]) => ({ ...parts, ...(base !== undefined && { extends: base }) }));

/** `base`, and `staging` and `production` over what comes before them: no circles. */
const environments: fc.Arbitrary<TemplateEnvironments> = fc.record({
  base: overlay,
  staging: environment(["base"]),
  production: environment(["base", "staging"]),
});

describe("what is kept over what is declared", () => {
  const partsOf = (declared: TemplateEnvironments, of: string, kept?: TemplateEnvironments) => {
    const resolved = resolveEnvironment(declared, of, kept);
    if (!resolved.ok) throw new Error(resolved.problem.message);
    const { name: _name, chain: _chain, ...parts } = resolved.environment;
    return parts;
  };

  it("is what another environment would be that extends the declared one", () => {
    fc.assert(
      fc.property(environments, overlay, (declared, kept) => {
        const another = { ...declared, next: { ...kept, extends: "production" } };
        expect(partsOf(declared, "production", { production: kept })).toEqual(partsOf(another, "next"));
      }),
    );
  });

  it("changes nothing if it says nothing, and nothing that is given", () => {
    fc.assert(
      fc.property(environments, (declared) => {
        const before = JSON.stringify(declared);
        const nothing = { base: {}, staging: {}, production: {} };
        expect(partsOf(declared, "production", nothing)).toEqual(partsOf(declared, "production"));
        expect(JSON.stringify(declared)).toBe(before);
      }),
    );
  });

  it("is the same whether the version declares nothing, or the tenant keeps nothing", () => {
    fc.assert(
      fc.property(environments, (all) => {
        expect(partsOf({}, "production", all)).toEqual(partsOf(all, "production"));
      }),
    );
  });

  it("reaches those that extend it, and may extend another one itself", () => {
    const declared = {
      base: { variables: { retries: 1 } },
      fast: { variables: { retries: 9 } },
      production: { extends: "base" },
    };
    expect(partsOf(declared, "production", { base: { variables: { retries: 2 } } }).variables).toEqual({ retries: 2 });
    expect(partsOf(declared, "production", { production: { extends: "fast" } }).variables).toEqual({ retries: 9 });
    expect(partsOf(declared, "own", { own: { extends: "production", channels: { slack: true } } })).toEqual({
      variables: { retries: 1 },
      agents: {},
      channels: { slack: true },
      resources: {},
    });
  });

  it("takes away with null what another one gives", () => {
    const declared = { base: { agents: { x: "^1" } }, production: { extends: "base", variables: { a: 1 } } };
    const kept = { production: { agents: { x: null }, variables: { a: null } } };
    expect(partsOf(declared, "production", kept)).toMatchObject({ agents: {}, variables: {} });
  });
});

describe("what is wrong with a kept environment", () => {
  const content = { variables: { n: { type: "integer" }, o: { type: "object" }, s: { type: "secret" }, broken: 5 } };
  const found = (kept: TemplateEnvironments, of = "production") =>
    keptEnvironmentFindings({ base: { extends: "gone" }, staging: {} }, kept, of, variablesFor(content)).map(
      ({ path, code, fix }) => `${path} ${code}${fix === undefined ? "" : ` ${fix}`}`,
    );

  it.each<[string, TemplateEnvironments, string[]]>([
    ["nothing", { production: { extends: "staging", variables: { n: 1, o: { p: 1 }, s: null, broken: 1 } } }, []],
    ["whom it extends is not there", { production: { extends: "stagin" } }, ["$.extends environment_unknown staging"]],
    ["whom it extends extends nothing", { production: { extends: "base" } }, ["$.extends environment_unknown"]],
    [
      "a circle",
      { production: { extends: "mine" }, mine: { extends: "production" } },
      ["$.extends environment_circle"],
    ],
    [
      "everything at once",
      { production: { variables: { m: 1, n: "x", s: "hunter2" }, agents: { "a/b/c": "^1", x: "one" } } },
      [
        "$.variables.m variable_undeclared n",
        "$.variables.n wrong_type",
        "$.variables.s secret_value",
        "$.agents.x range_invalid ^1.0.0",
        '$.agents["a/b/c"] agent_name_invalid',
      ],
    ],
  ])("%s", (_what, kept, expected) => {
    expect(found(kept)).toEqual(expected);
  });

  it("repeats no value, and takes any variable where none is declared", () => {
    const told = keptEnvironmentFindings({}, { p: { variables: { s: "hunter2" } } }, "p", variablesFor(content));
    expect(JSON.stringify(told)).not.toContain("hunter2");
    expect(keptEnvironmentFindings({}, { p: { variables: { any: 1 } } }, "p", variablesFor({}))).toEqual([]);
    expect(keptEnvironmentFindings({}, {}, "p", undefined)).toMatchObject([{ code: "environment_unknown" }]);
  });
});
