import { describe, expect, it } from "vitest";
import { passes, type Row, table } from "./table.ts";

const row = (overrides: Partial<Row> = {}): Row => ({
  subject: "one agent",
  servicePerSecond: 5_000,
  barePerSecond: 10_000,
  ratio: 0.5,
  p50Ms: 2,
  p99Ms: 7,
  non2xx: 0,
  errors: 0,
  goal: 0.4,
  ...overrides,
});

describe("a line", () => {
  it.each([
    { what: "above its goal", overrides: { ratio: 0.41 }, passed: true },
    { what: "exactly at its goal", overrides: { ratio: 0.4 }, passed: true },
    { what: "below its goal", overrides: { ratio: 0.39 }, passed: false },
    { what: "without a goal, however slow", overrides: { ratio: 0.01, goal: undefined }, passed: true },
    { what: "with one answer that is not 2xx", overrides: { non2xx: 1 }, passed: false },
    { what: "with one error, and no goal", overrides: { errors: 1, goal: undefined }, passed: false },
    { what: "whose ratio is no number", overrides: { ratio: Number.NaN }, passed: false },
  ])("$what: passes is $passed", ({ overrides, passed }) => {
    expect(passes(row(overrides))).toBe(passed);
  });
});

describe("the table", () => {
  it("aligns the subject to the left and numbers to the right, and says of each line whether it passes", () => {
    const rows = [
      row({ servicePerSecond: 5_000.4, p50Ms: 2.04, p99Ms: 17.96 }),
      row({ subject: "page of 20 agents", ratio: 0.126, goal: undefined, non2xx: 1_234, errors: 12 }),
    ];
    expect(table(rows).split("\n")).toEqual([
      "subject            service req/s  bare req/s  ratio  p50 ms  p99 ms  goal        non-2xx  errors",
      "one agent                   5000       10000   0.50     2.0    18.0  0.40    ok        0       0",
      "page of 20 agents           5000       10000   0.13     2.0     7.0     -  FAIL     1234      12",
    ]);
  });

  it("of no rows is its head", () => {
    expect(table([])).toBe("subject  service req/s  bare req/s  ratio  p50 ms  p99 ms  goal    non-2xx  errors");
  });
});
