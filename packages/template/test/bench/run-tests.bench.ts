import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { runningTests, type TestOrder } from "../../src/testing/run-tests.ts";
import { measured } from "../sliced-work.ts";

const digest = `sha256:${"0".repeat(64)}`;
const agents = new Map([["w", { tenant: "a", agentId: "w", version: "1.0.0", digest }]]);
const many = <Value>(count: number, make: (index: number) => Value): Value[] => [...Array(count).keys()].map(make);
const named = <Value>(count: number, prefix: string, make: (index: number) => Value): Record<string, Value> =>
  Object.fromEntries(many(count, (index) => [`${prefix}${index}`, make(index)]));

const order = (content: object, inputs: unknown, steps = 1): TestOrder => ({
  tenant: "a",
  document: { templateId: "t", name: "T", version: "1.0.0", content } as unknown as TemplateVersionDocument,
  digest,
  steps: many(steps, (index) => ({ id: `s${index}`, agentId: "w", inputs: { x: inputs } })),
  resolutions: ["highest", "lowest"].map((name) => ({ name, agents })),
});

const environments = named(20, "e", () => ({}));
const big = { big: { type: "string", maxLength: 100_000 } };
const text = "y".repeat(40_000);

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
