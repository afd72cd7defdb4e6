import { describe, expect, it } from "vitest";
import { runningTests, type TestOrder } from "../../src/index.ts";
import { big, environments, many, named, order, text } from "../large-tests.ts";
import { measured } from "../sliced-work.ts";

describe("the work of testing a template", () => {
  it.each<[string, TestOrder, boolean]>([
    [
      "plans as large as they may be, looked at a hundred times each, in twenty environments",
      order(
        {
          variables: big,
          environments,
          tests: many(100, (index) => ({
            name: `${index}`,
            variables: { big: text },
            plan: many(100, () => ({ path: "$..*", includes: "never" })),
          })),
        },
        "{{ big }}",
        100,
      ),
      true,
    ],
    [
      "values of many members, all looked at",
      order(
        {
          variables: { list: { type: "json" } },
          environments,
          tests: many(10, (index) => ({
            name: `${index}`,
            variables: { list: many(60_000, (at) => at) },
            plan: many(20, () => ({ path: "$..*", includes: [0, 1] })),
          })),
        },
        "{{ list }}",
      ),
      true,
    ],
    [
      "two hundred variables of two hundred values",
      order(
        {
          variables: named(200, "v", () => ({ type: "enum", enum: many(200, String) })),
          environments,
          tests: [{ name: "x" }],
        },
        "x",
      ),
      false,
    ],
    [
      "expressions with a thousand states",
      order(
        {
          variables: { a: { type: "string", pattern: "^(y?){1000}$" } },
          environments,
          tests: many(500, (index) => ({ name: `${index}`, variables: { a: "y".repeat(1_000) } })),
        },
        "{{ a }}",
      ),
      true,
    ],
  ])("is bounded and comes in slices: %s", (_what, given, isTooMuch) => {
    const { value, longestMs, allMs } = measured(() => runningTests(given), 400);
    expect(
      value.cases.some(({ failures }) => failures.some(({ message }) => message.startsWith("too much work"))),
    ).toBe(isTooMuch);
    if (isTooMuch) expect(value.failed).toBeGreaterThan(0);
    expect(longestMs).toBeLessThan(400);
    expect(allMs).toBeLessThan(20_000);
  });
});
