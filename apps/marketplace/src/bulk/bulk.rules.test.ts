import type { BulkItem } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resultOf, retagged } from "./bulk.rules.ts";

const tags = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));

describe("tags after a change", () => {
  it("are those that were not removed and those that were added, each once, in their order", () => {
    fc.assert(
      fc.property(tags, tags, tags, (before, add, remove) => {
        const after = retagged(before, { add, remove });
        expect(new Set(after)).toEqual(new Set([...before.filter((tag) => !remove.includes(tag)), ...add]));
        expect(new Set(after).size).toBe(after.length);
        const stayed = before.filter((tag) => !remove.includes(tag));
        expect(after.slice(0, stayed.length)).toEqual(stayed);
        expect(retagged(after, { add })).toEqual(after);
      }),
    );
    expect(retagged(["a"], {})).toEqual(["a"]);
  });
});

const outcome = fc.constantFrom("created", "changed", "unchanged", "failed") as fc.Arbitrary<BulkItem["outcome"]>;
const items = fc
  .array(outcome, { minLength: 1, maxLength: 20 })
  .map((outcomes) =>
    outcomes.map(
      (each, index): BulkItem => ({ index, op: "delete", templateId: `t-${index}`, status: 200, outcome: each }),
    ),
  );

describe("what is told of a request", () => {
  it("accounts for every operation, in order; none of them succeeded where nothing was applied", () => {
    fc.assert(
      fc.property(items, fc.boolean(), fc.boolean(), (given, dryRun, atomic) => {
        const { applied, summary, results } = resultOf(given, { dryRun, atomic });
        const failed = given.filter((item) => item.outcome === "failed");
        const isUndone = atomic && failed.length > 0;
        expect(applied).toBe(!dryRun && !isUndone);
        expect(summary.succeeded + summary.failed + summary.skipped).toBe(given.length);
        expect(results.map(({ index }) => index)).toEqual(given.map(({ index }) => index));
        expect(results.filter((item) => item.outcome === "failed")).toEqual(failed);
        expect(summary.skipped).toBe(isUndone ? given.length - failed.length : 0);
        for (const item of results.filter((each) => each.outcome === "skipped")) {
          expect(item).toMatchObject({ status: 424, problem: { code: "bulk_not_applied" } });
        }
      }),
    );
  });
});
