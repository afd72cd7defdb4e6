import type { TemplateEnvironments } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveEnvironment } from "./environment.ts";
import { environmentFindings } from "./environment-findings.ts";
import { mergePatch } from "./merge.ts";

describe("merging", () => {
  // The examples of RFC 7396, appendix A.
  it.each<[unknown, unknown, unknown]>([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("%j with %j is %j", (target, patch, expected) => {
    expect(mergePatch(target, patch)).toEqual(expected);
  });

  it("twice is merging once, and changes nothing that is given", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });
});

const environments: TemplateEnvironments = {
  base: { variables: { retries: 1, limits: { cpu: 1, memory: 2 } }, agents: { a: "^1.0.0", b: "^1.0.0" } },
  staging: { extends: "base", variables: { limits: { memory: null, disk: 3 } }, channels: { slack: true } },
  production: { extends: "staging", variables: { retries: 5 }, agents: { b: null }, resources: { queue: "fast" } },
};

describe("an environment", () => {
  it("is merged over those that it extends, the first one first", () => {
    const resolved = resolveEnvironment(environments, "production");
    expect(resolved).toEqual({
      ok: true,
      environment: {
        name: "production",
        chain: ["base", "staging", "production"],
        variables: { retries: 5, limits: { cpu: 1, disk: 3 } },
        agents: { a: "^1.0.0" },
        channels: { slack: true },
        resources: { queue: "fast" },
      },
    });
  });

  it("that is not there is told, with what may be meant", () => {
    expect(resolveEnvironment(environments, "prodution")).toEqual({
      ok: false,
      problem: {
        code: "environment_unknown",
        at: "prodution",
        message: 'There is no environment "prodution"',
        fix: "production",
      },
    });
    expect(resolveEnvironment(environments, "constructor")).toMatchObject({ ok: false });
  });

  it("that extends itself through others is told with the way round", () => {
    const circle = { a: { extends: "b" }, b: { extends: "c" }, c: { extends: "a" } };
    expect(resolveEnvironment(circle, "a")).toMatchObject({
      problem: { code: "environment_circle", message: "Environments extend each other: a → b → c → a" },
    });
    expect(resolveEnvironment({ x: { extends: "a" }, ...circle }, "x")).toMatchObject({
      problem: { message: "Environments extend each other: a → b → c → a" },
    });
  });
});

describe("what is wrong with environments", () => {
  const variables = {
    declared: { n: { type: "integer" as const }, o: { type: "object" as const }, s: { type: "secret" as const } },
    names: ["n", "o", "s", "broken"],
  };
  const found = (given: TemplateEnvironments) =>
    environmentFindings(given, variables).map(
      ({ path, code }) => `${path.replace("$.content.environments.", "")} ${code}`,
    );

  it.each<[string, TemplateEnvironments, string[]]>([
    ["extends nothing", { a: { extends: "b" }, c: { extends: "a" } }, ["a.extends environment_unknown"]],
    [
      "a circle",
      { a: { extends: "b" }, b: { extends: "a" } },
      ["a.extends environment_circle", "b.extends environment_circle"],
    ],
    ["an undeclared variable", { a: { variables: { m: 1 } } }, ["a.variables.m variable_undeclared"]],
    ["a value that does not fit", { a: { variables: { n: "1" } } }, ["a.variables.n wrong_type"]],
    ["an object for a secret", { a: { variables: { s: { value: "hunter2" } } } }, ["a.variables.s secret_value"]],
    ["a range that is none", { a: { agents: { x: "one" } } }, ["a.agents.x range_invalid"]],
    ["nothing", { a: { variables: { n: null, o: { part: 1 }, broken: 5 }, agents: { x: "^1", y: null } } }, []],
  ])("%s", (_what, given, expected) => {
    expect(found(given)).toEqual(expected);
  });

  it("is nothing about variables where none are declared", () => {
    expect(environmentFindings({ a: { variables: { x: 1 } } }, undefined)).toEqual([]);
  });
});
