import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, retryAfterMs } from "./retry.ts";

describe("backoff", () => {
  it("is anything from nothing to twice as much each time, and never more than 10 seconds", () => {
    const top = (attempt: number) => backoffMs(attempt, () => 1);
    expect([0, 1, 2, 5, 6, 2000].map(top)).toEqual([200, 400, 800, 6_400, 10_000, 10_000]);
    expect(backoffMs(3, () => 0)).toBe(0);
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        expect(backoffMs(attempt, () => random)).toBeLessThanOrEqual(top(attempt));
      }),
    );
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-11-22T09:30:00Z");
  const read = (value?: string) => retryAfterMs(new Headers(value === undefined ? {} : { "retry-after": value }), now);

  it.each([
    ["0", 0],
    ["120", 120_000],
    ["Sun, 22 Nov 2026 09:30:07 GMT", 7_000],
    ["Sun, 22 Nov 2026 09:29:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j is %j ms", (value, ms) => {
    expect(read(value)).toBe(ms);
  });
});
