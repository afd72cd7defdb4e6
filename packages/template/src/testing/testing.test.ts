import type { PlanAssertion, PlannedAgent, TemplateVersionDocument } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Declared } from "../variables/declared.ts";
import { resolveVariables } from "../variables/resolve-variables.ts";
import { assertionFailure } from "./assertion.ts";
import { generateInputs } from "./generate.ts";
import { pathObstacle } from "./plan-path.ts";
import { runTests, type TestOrder } from "./run-tests.ts";

const plan = {
  steps: [
    { id: "a", inputs: { x: "one" } },
    { id: "b", inputs: { x: ["one", 2] } },
  ],
  goal: "g",
};

describe("an assertion", () => {
  it.each<[PlanAssertion, string | undefined]>([
    [{ path: "$.goal", equals: "g" }, undefined],
    [{ path: "$.goal", equals: "h" }, 'expected "h", found "g"'],
    [{ path: "$.nothing", equals: null }, "expected null, found nothing"],
    [{ path: "$.goal", exists: true }, undefined],
    [{ path: "$.goal", exists: false }, 'expected nothing, found "g"'],
    [{ path: "$.steps[*]", count: 2 }, undefined],
    [{ path: "$.steps[*].id", count: 1 }, 'expected 1 of them, found "a", "b"'],
    [{ path: "$.steps[*].id", matches: "^[ab]$" }, undefined],
    [{ path: "$.steps[*].inputs.x", matches: "one" }, 'expected texts that fit one, found "one", ["one",2]'],
    [{ path: "$.steps[?@.id=='b'].inputs.x", includes: 2 }, undefined],
    [{ path: "$..x", includes: "on" }, undefined],
    [{ path: "$..x", includes: 3 }, 'expected 3 among it, found "one", ["one",2]'],
    [{ path: "$..*", includes: 3 }, expect.stringContaining(" more")],
    [{ path: "$.goal", matches: "(" }, expect.stringContaining("Not an expression of RE2")],
    [{ path: "$.", exists: true }, "Not a JSONPath (RFC 9535)"],
  ])("%j: %s", (assertion, expected) => {
    expect(assertionFailure(assertion, plan)).toEqual(expected);
  });

  it("shows long values in part", () => {
    expect(assertionFailure({ path: "$.x", equals: "y" }, { x: "z".repeat(5000) })?.length).toBeLessThan(300);
  });
});

describe("a path into a plan", () => {
  it.each(["$", "$.steps[*].id", "$..id", "$.steps[?@.inputs.x && length(@.id) > 0]", "$.steps[-1:]", "$['a b']"])(
    "%s can be followed",
    (path) => {
      expect(pathObstacle(path)).toBeUndefined();
    },
  );

  it.each([
    ["$..a..b", "`..` once"],
    ["$['a','b']", "one selector"],
    ["$[?match(@.a, '(a+)+')]", "no match()"],
    ["$[?search(@.a, '(a+)+')]", "no search()"],
    ["$[?count(@.*) > 1]", "no count()"],
    ["$[?@..a]", "single values"],
    ["$[?@[*]]", "single values"],
    ["$[?@[0:1]]", "single values"],
    ["$[?@[?@.a]]", "single values"],
    ["a.b", "Not a JSONPath"],
  ])("%s cannot", (path, message) => {
    expect(pathObstacle(path)).toContain(message);
  });
});

const digest = `sha256:${"0".repeat(64)}`;
const agents = (version: string) =>
  new Map<string, PlannedAgent>([["writer", { tenant: "acme", agentId: "writer", version, digest }]]);

const order = (content: Record<string, unknown>): TestOrder => ({
  tenant: "acme",
  document: { templateId: "t", name: "T", version: "1.0.0", content } as unknown as TemplateVersionDocument,
  digest,
  steps: [{ id: "a", agentId: "writer", inputs: { x: "{{ title | upper }}", n: "{{ n }}" } }],
  resolutions: [
    { name: "highest", agents: agents("2.0.0") },
    { name: "lowest", agents: agents("1.0.0") },
  ],
});

const variables = {
  title: { type: "string", required: true, minLength: 2, maxLength: 5 },
  n: { type: "integer", minimum: 1, maximum: 9 },
};
const fine = { name: "fine", variables: { title: "ab" }, plan: [{ path: "$.steps[0].inputs.x", equals: "AB" }] };

describe("tests of a template", () => {
  const told = (content: Record<string, unknown>) => {
    const report = runTests(order(content));
    return report.cases
      .filter(({ kind }) => kind === "declared")
      .map(({ name, environment, resolution, passed, failures }) => ({
        name,
        environment,
        resolution,
        passed,
        failures,
      }));
  };

  it("run in each environment with each choice of agents", () => {
    const environments = { production: { variables: { title: "prod" } }, development: {} };
    expect(
      told({ variables, environments, tests: [fine] }).map(({ environment, resolution, passed }) => [
        environment,
        resolution,
        passed,
      ]),
    ).toEqual([
      ["development", "highest", true],
      ["production", "highest", true],
      ["development", "lowest", true],
      ["production", "lowest", true],
    ]);
    expect(told({ variables, environments, tests: [{ ...fine, environment: "production" }] })).toHaveLength(2);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "a plan that is another",
      { ...fine, plan: [{ path: "$.steps[0].inputs.x", equals: "ab" }] },
      ['expected "ab", found "AB"'],
    ],
    [
      "a plan where errors are expected",
      { name: "x", variables: { title: "ab" }, expect: { errors: [{ path: "$.variables.title", code: "missing" }] } },
      ["expected missing at $.variables.title, which did not come"],
    ],
    [
      "errors where a plan is expected",
      { name: "x", variables: {} },
      ["missing, which is not expected: A value is needed"],
    ],
    [
      "other errors than expected",
      {
        name: "x",
        variables: { title: "a", n: 0 },
        expect: { errors: [{ path: "$.variables.title", code: "too_short" }] },
      },
      ["too_small, which is not expected: Must be >= 1"],
    ],
    [
      "another snapshot",
      { ...fine, plan: undefined, snapshot: digest },
      [expect.stringContaining("the plan is another") as unknown as string],
    ],
    ["a test that cannot be read", { name: 5 }, ["the test cannot be read"]],
  ])("fail for %s", (_what, test, messages) => {
    const [failed] = told({ variables, tests: [JSON.parse(JSON.stringify(test))] });
    expect(failed?.passed).toBe(false);
    expect(failed?.failures.map(({ message }) => message)).toEqual(messages);
  });

  it("pass for exactly the errors expected, whatever their order", () => {
    const errors = [
      { path: "$.variables.title", code: "too_short" },
      { path: "$.variables.n", code: "too_small" },
    ];
    expect(
      told({ variables, tests: [{ name: "x", variables: { title: "a", n: 0 }, expect: { errors } }] })[0]?.passed,
    ).toBe(true);
  });

  it("have one snapshot whatever the versions of the agents, and another for another plan", () => {
    const snapshots = (title: string) =>
      new Set(
        runTests(order({ variables, tests: [{ name: "x", variables: { title } }] }))
          .cases.filter(({ kind }) => kind === "declared")
          .map(({ snapshot }) => snapshot),
      );
    expect(snapshots("ab").size).toBe(1);
    expect(snapshots("ab")).not.toEqual(snapshots("abc"));
  });

  it("run inputs at the edges of what variables take beside", () => {
    const report = runTests(order({ variables, tests: [fine] }));
    const names = report.cases
      .filter(({ kind }) => kind === "generated" && true)
      .map(({ name, passed }) => `${name} ${passed}`);
    expect(names).toContain("n: largest true");
    expect(names).toContain("title: longest true");
    expect(names).toContain("without n true");
    expect(report).toMatchObject({ failed: 0 });
  });

  it("find with these what declared tests forget", () => {
    const report = runTests(
      order({ variables: { ...variables, title: { type: "json", required: true } }, tests: [fine] }),
    );
    expect(report.cases.filter(({ passed }) => !passed).map(({ name, kind }) => `${kind} ${name}`)).toContain(
      "generated title: null",
    );
  });

  it("run such inputs where the test they begin with runs, with what that environment gives", () => {
    const environments = { development: {}, production: { variables: { title: "prod", n: 3 } } };
    const { cases, failed } = runTests(
      order({ variables, environments, tests: [{ name: "x", environment: "production", variables: {} }] }),
    );
    const generated = cases.filter(({ kind }) => kind === "generated");
    expect(failed).toBe(0);
    expect(generated.map(({ name }) => name)).toContain("n: largest");
    expect(generated.map(({ name }) => name)).not.toContain("without n");
    expect(new Set(generated.map(({ environment }) => environment))).toEqual(new Set(["production"]));
  });

  it("are not generated without a test that is to succeed", () => {
    expect(runTests(order({ variables, tests: [] }))).toEqual({ passed: 0, failed: 0, cases: [] });
  });
});

describe("generated inputs", () => {
  const declared: Declared = {
    text: { type: "string", required: true },
    day: { type: "string", format: "date" },
    code: { type: "string", pattern: "^[A-Z][a-z]" },
    ratio: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.25 },
    count: { type: "integer", multipleOf: 5 },
    loud: { type: "boolean", default: true },
    mode: { type: "enum", enum: ["a", "b"] },
    list: { type: "array", items: { type: "string" }, minItems: 2, maxItems: 4 },
    odd: { type: "array", items: { pattern: "^never$", type: "string" } },
    person: { type: "object" },
    token: { type: "secret" },
    any: { type: "json" },
  };

  it("are accepted, all of them, and there are some for each variable", () => {
    const inputs = [...generateInputs(declared, { text: "x" })].flatMap((input) => input ?? []);
    for (const { variables: given } of inputs) expect(resolveVariables(declared, given).ok).toBe(true);
    for (const name of Object.keys(declared))
      expect(inputs.some((input) => input.name.startsWith(`${name}:`))).toBe(true);
  });

  it("never fail, whatever is declared", () => {
    const number = fc.integer({ min: 0, max: 50 });
    const variable = fc.record(
      {
        type: fc.constantFrom("string", "number", "integer", "boolean", "array", "json", "object", "secret"),
        minLength: number,
        maxLength: number,
        minimum: fc.double({ noNaN: true, noDefaultInfinity: true }),
        maximum: fc.double({ noNaN: true, noDefaultInfinity: true }),
        minItems: number,
        maxItems: number,
        pattern: fc.constantFrom("^a+$", "("),
        default: fc.jsonValue(),
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "__proto__"), variable), (given) => {
        for (const input of generateInputs(given as Declared, {}))
          if (input) expect(resolveVariables(given as Declared, input.variables).ok).toBe(true);
      }),
    );
  });
});
