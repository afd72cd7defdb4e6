import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepsPromise, stepOf, verdictOf } from "./verdict.rules.ts";

const target = { tenant: "acme", agentId: "review", to: "2.0.0" };
const problem = (code: string) => ({ code, title: "Not so", detail: "Because." });
const agents = (...locked: string[]) => locked.map((one) => ({ locked: one, bump: stepOf(one, "2.0.0") }));
const clean = { target, agents: agents("2.0.0-rc.1"), tests: { passed: 1, failed: 0, failing: [] } };
const none = { conflict: undefined, refusal: undefined };

describe("the verdict on an upgrade", () => {
  it("is the gravest that applies, and every reason is told", () => {
    const grave = fc.record({
      conflict: fc.constantFrom(undefined, problem("dependencies_unsatisfiable")),
      refusal: fc.constantFrom(undefined, problem("version_bump_too_small")),
      tests: fc.constantFrom(undefined, clean.tests, { passed: 1, failed: 2, failing: ["a"] }),
      agents: fc.constantFrom(agents("1.0.0"), agents("2.0.0-rc.1"), agents("1.0.0", "1.0.0", "0.9.0")),
    });
    fc.assert(
      fc.property(grave, (found) => {
        const { verdict, reasons } = verdictOf({ target, ...found });
        const breaks = found.agents.some(({ locked }) => locked !== "2.0.0-rc.1");
        const order = [
          ["unsatisfiable", found.conflict !== undefined],
          ["refused", found.refusal !== undefined],
          ["tests_failed", (found.tests?.failed ?? 0) > 0],
          ["breaking", breaks],
          ["compatible", true],
        ] as const;
        expect(verdict).toBe(order.find(([, applies]) => applies)?.[0]);
        expect(reasons.length).toBeGreaterThan(0);
        expect(new Set(reasons).size).toBe(reasons.length);
      }),
    );
  });

  it("says in sentences what was found", () => {
    expect(verdictOf({ ...clean, ...none })).toEqual({
      verdict: "compatible",
      reasons: ["review goes from 2.0.0-rc.1 to 2.0.0, which promises what 2.0.0-rc.1 does"],
    });
    const conflict = problem("dependencies_unsatisfiable");
    expect(verdictOf({ ...clean, ...none, agents: agents("1.0.0"), conflict }).reasons).toEqual([
      "dependencies_unsatisfiable: Because.",
      "review goes from 1.0.0 to 2.0.0, which does not promise what 1.0.0 does",
    ]);
  });
});

describe("an agent's step", () => {
  it.each([
    ["1.0.0", "1.0.1", "patch", true],
    ["1.0.0", "1.1.0", "minor", true],
    ["1.0.0", "2.0.0", "major", false],
    ["0.1.0", "0.1.1", "patch", true],
    ["0.1.0", "0.2.0", "minor", false],
    ["1.1.0", "1.0.0", "minor", false],
    ["1.0.0", "1.1.0-beta", "minor", false],
  ])("from %s to %s is %s; it keeps its promise: %s", (from, to, step, keeps) => {
    expect([stepOf(from, to), keepsPromise(from, to)]).toEqual([step, keeps]);
  });
});
