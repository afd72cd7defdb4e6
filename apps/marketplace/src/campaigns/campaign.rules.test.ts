import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countsOf, isComplete } from "./campaign.rules.ts";

const counts = fc.record({
  pending: fc.nat(3),
  planned: fc.nat(3),
  applied: fc.nat(3),
  skipped: fc.nat(3),
  failed: fc.nat(3),
  stale: fc.nat(3),
});

describe("a campaign's counts", () => {
  it("name every state; it is complete once each template is upgraded or needs none", () => {
    fc.assert(
      fc.property(counts, (states) => {
        const told = countsOf(states, {});
        expect(told.states).toEqual(states);
        expect(told.verdicts.refused).toBe(0);
        const open = states.pending + states.planned + states.failed + states.stale;
        expect(isComplete(told)).toBe(open === 0);
      }),
    );
    expect(countsOf({}, {}).templates).toBe(0);
  });
});
