import type { Condition } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds, patternsIn, variablesIn } from "./condition.ts";

const values = new Map<string, unknown>([
  ["n", 5],
  ["m", 7],
  ["s", "b"],
  ["list", [1, { a: 2 }]],
  ["nothing", null],
]);

describe("a condition", () => {
  it.each<[Condition, boolean]>([
    [{ variable: "n", equals: 5 }, true],
    [{ variable: "n", equals: "5" }, false],
    [{ variable: "nothing", equals: null }, true],
    [{ variable: "absent", equals: null }, false],
    [{ variable: "absent", equals: { variable: "absent" } }, false],
    [{ variable: "absent", notEquals: 5 }, true],
    [{ variable: "n", notEquals: 5 }, false],
    [{ variable: "n", in: [1, { variable: "n" }] }, true],
    [{ variable: "n", in: [1, 2] }, false],
    [{ variable: "absent", present: false }, true],
    [{ variable: "nothing", present: true }, true],
    [{ variable: "n", lessThan: { variable: "m" } }, true],
    [{ variable: "n", lessThan: 5 }, false],
    [{ variable: "n", atMost: 5 }, true],
    [{ variable: "n", greaterThan: 4 }, true],
    [{ variable: "n", greaterThan: "4" }, false],
    [{ variable: "n", atLeast: 6 }, false],
    [{ variable: "s", atLeast: "a" }, true],
    [{ variable: "s", lessThan: "a" }, false],
    [{ variable: "list", lessThan: 5 }, false],
    [{ variable: "s", matches: "^[a-c]$" }, true],
    [{ variable: "n", matches: "5" }, false],
    [{ all: [] }, true],
    [{ any: [] }, false],
    [{ not: { any: [] } }, true],
    [{ all: [{ variable: "n", equals: 5 }, { not: { variable: "s", equals: "b" } }] }, false],
  ])("%j: %j", (condition, expected) => {
    expect(holds(condition, values)).toBe(expected);
  });

  it("names the variables and the expressions that it looks at", () => {
    const condition: Condition = {
      all: [
        { any: [{ variable: "a", equals: { variable: "b" } }] },
        { not: { variable: "c", in: [1, { variable: "d" }] } },
        { variable: "e", matches: "x+" },
      ],
    };
    expect(variablesIn(condition)).toEqual(["a", "b", "c", "d", "e"]);
    expect(patternsIn(condition)).toEqual(["x+"]);
    expect(patternsIn({ not: { any: [condition] } })).toEqual(["x+"]);
  });

  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: "small" },
      fc.record({ variable: fc.constantFrom("n", "s", "absent"), equals: fc.constantFrom(5, "b", null) }),
      fc.record({ all: fc.array(tie("condition"), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie("condition"), { maxLength: 3 }) }),
      fc.record({ not: tie("condition") }),
    ),
  }));

  it("keeps to De Morgan's laws", () => {
    fc.assert(
      fc.property(condition, condition, (a, b) => {
        expect(holds({ not: { all: [a, b] } }, values)).toBe(holds({ any: [{ not: a }, { not: b }] }, values));
        expect(holds({ not: { not: a } }, values)).toBe(holds(a, values));
      }),
    );
  });
});
