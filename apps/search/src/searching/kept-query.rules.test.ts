import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keptCharactersMax, keptQueryOf } from "./kept-query.rules.ts";

describe("a query that is kept", () => {
  it.each([
    ["  Review\tPULL   requests ", "review pull requests"],
    ["Éclair ＡＢＣ", "eclair abc"],
    [
      'type:template "code-review-v2-of-acme" updated:>2026-01-01',
      'type:template "code-review-v2-of-acme" updated:>2026-01-01',
    ],
    ["mail ada.lovelace@example.org now", "mail … now"],
    ["nofx_0123456789abcdef hello", "… hello"],
    ["key ghp_a1B2c3D4e5F6g7H8i9J0k", "key …"],
    ["call +49 (170) 123-45 67 today", "call … today"],
    ["4111 1111 1111 1111", "…"],
    ["python3 c++ 2026 v1.2.3", "python3 c++ 2026 v1.2.3"],
    ["a\0 \ud800b", "a b"],
    [" \0 ", ""],
  ])("%j is %j", (typed, kept) => {
    expect(keptQueryOf(typed)).toBe(kept);
  });

  it("is never longer than what there is room for, and always something that a database can take", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 250 }), (typed) => {
        const kept = keptQueryOf(typed);
        expect([...kept].length).toBeLessThanOrEqual(keptCharactersMax);
        expect(kept.isWellFormed() && !kept.includes("\0")).toBe(true);
        expect(kept).toBe(kept.trim());
      }),
      { numRuns: 50 },
    );
    expect(keptQueryOf("ﷺ".repeat(500)).length).toBeLessThanOrEqual(keptCharactersMax);
  });
});
