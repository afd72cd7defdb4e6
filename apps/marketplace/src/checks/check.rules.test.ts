import type { TestCase } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failuresIn, failuresMax, failuresTold, forcedWarning, obstacleWarned, warned } from "./check.rules.ts";

const failed = (failures: TestCase["failures"], more: Partial<TestCase> = {}): TestCase => ({
  name: "fine",
  kind: "declared",
  passed: false,
  failures,
  ...more,
});

describe("failures of a report", () => {
  it("say which test, where it ran and with what, at their place in the manifest", () => {
    const at = "$.content.tests[2].plan[0]";
    const place = { environment: "production", resolution: "lowest" };
    expect(failuresIn({ cases: [failed([{ path: "$.steps[0]", message: "there is nothing", at }], place)] })).toEqual([
      {
        path: at,
        code: "test_failed",
        message:
          'test "fine" in environment production with the lowest versions of agents: $.steps[0]: there is nothing',
      },
    ]);
  });

  it("name generated inputs as such, and all tests where a report does not say which", () => {
    const [found] = failuresIn({
      cases: [failed([{ path: "$", message: "no" }], { kind: "generated", name: "edge" })],
    });
    expect(found).toEqual({ path: "$.content.tests", code: "test_failed", message: 'generated input "edge": no' });
  });

  it("are all told, up to so many, and then how many more there are", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 20 }), (counts) => {
        const cases = counts.map((count) => failed(Array(count).fill({ path: "$", message: "no", at: "$.x" })));
        const told = failuresIn({ cases: [...cases, failed([{ path: "$", message: "no" }], { passed: true })] });
        const total = counts.reduce((sum, count) => sum + count, 0);
        expect(told).toHaveLength(Math.min(total, failuresMax + 1));
        if (total > failuresMax) {
          expect(told.at(-1)).toMatchObject({
            code: "more_findings",
            message: `${total - failuresMax} more like these; mend these first`,
          });
        }
      }),
    );
  });

  it("are counted in a sentence", () => {
    expect(failuresTold({ passed: 3, failed: 1 })).toBe(
      "1 of 4 checks fail. Mend the template or its tests, and publish again.",
    );
  });
});

describe("warnings", () => {
  it("tell the place in both forms", () => {
    const found = warned({ path: "$.content.tests[2].plan[0]", code: "test_failed", message: "no" });
    expect(found).toMatchObject({ field: "content.tests.2.plan.0", severity: "warning" });
    expect(forcedWarning({ code: "tests_failed" })).toMatchObject({ path: "$", field: "", code: "publish_forced" });
  });

  it("are an obstacle's errors, or what it is called and what to do", () => {
    const obstacle = { code: "dependency_unavailable", title: "No answer", details: {} };
    expect(obstacleWarned(obstacle)).toMatchObject([{ path: "$.content.dependencies", message: "No answer" }]);
    expect(obstacleWarned({ ...obstacle, details: { detail: "Wait." } })).toMatchObject([
      { message: "No answer. Wait." },
    ]);
    const errors = [{ path: "$.a", code: "test_failed", message: "no" }];
    expect(obstacleWarned({ ...obstacle, details: { errors } })).toMatchObject(errors);
  });
});
