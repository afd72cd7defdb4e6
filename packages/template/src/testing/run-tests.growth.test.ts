import { describe, expect, it } from "vitest";
import { big, environments, many, named, order, text } from "../../test/large-tests.ts";
import { cpuMs } from "../../test/sliced-work.ts";
import { resolveVariables } from "../variables/resolve-variables.ts";
import { runTests } from "./run-tests.ts";

describe("the work of testing a template", () => {
  it("fails the same test at the same place each time it is too much", () => {
    const tests = many(10, (index) => ({ name: `${index}`, variables: { big: text } }));
    const given = order({ variables: big, environments, tests }, "{{ big }}", 60);
    const [one, other] = [runTests(given), runTests(given)];
    expect(one.failed).toBe(1);
    expect(other).toEqual(one);
  });
});

describe("values that would take long to check", () => {
  it.each<[string, object, unknown]>([
    ["an expression with a thousand states", { type: "string", pattern: "^(y?){1000}$" }, "y".repeat(1_000_000)],
    [
      "a list of texts for it",
      { type: "array", items: { type: "string", pattern: "^(y?){1000}$" } },
      many(1_000, () => "y".repeat(1_000)),
    ],
    [
      "a schema with it",
      { type: "json", schema: { items: { pattern: "^(y?){1000}$" } } },
      many(1_000, () => "y".repeat(1_000)),
    ],
  ])("are refused: %s", (_what, variable, value) => {
    const begin = process.cpuUsage();
    const resolved = resolveVariables({ x: variable as { type: "string" } }, { x: value });
    expect(cpuMs(begin)).toBeLessThan(1_000);
    expect(resolved).toMatchObject({ ok: false, errors: [{ code: "too_much_to_check" }] });
  });

  it("are refused together, if conditions compare them too often", () => {
    const when = { all: many(50, () => ({ any: many(50, () => ({ variable: "a", notEquals: { variable: "b" } })) })) };
    const declared = {
      a: { type: "string" as const },
      b: { type: "string" as const },
      ...named(20, "c", () => ({ type: "string" as const, when: { not: when } as never })),
    };
    const long = "y".repeat(700_000);
    const begin = process.cpuUsage();
    const resolved = resolveVariables(declared, { a: long, b: `${long.slice(1)}y` });
    expect(cpuMs(begin)).toBeLessThan(1_000);
    expect(resolved).toMatchObject({ ok: false, errors: [{ code: "too_much_to_check" }] });
  });
});
