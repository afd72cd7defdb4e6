import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeAttempt, matchesType, retryAfterMs, secretOf, signingGenerations, testType } from "./webhook.rules.ts";

const now = new Date("2026-11-22T09:30:00.000Z");
const minutes = (n: number) => n * 60_000;
const after = (attempt: number, result: Parameters<typeof judgeAttempt>[1], random = 0) =>
  judgeAttempt({ type: "agent.rolled_back", attempt }, result, now, random);

describe("types", () => {
  it.each<[string[], string, boolean]>([
    [["*"], "agent.rolled_back", true],
    [["agent.rolled_back"], "agent.rolled_back", true],
    [["agent.*"], "agent.rolled_back", true],
    [["token.*", "agent.*"], "agent.rolled_back", true],
    [["agent.*"], "agents.moved", false],
    [["agent.*"], "agent", false],
    [["agent.rolled"], "agent.rolled_back", false],
    [[], "agent.rolled_back", false],
    [["*", "agent.*", "agent.figures.*"], "agent.figures_changed", false],
    [["token.*", "agent.figures_changed"], "agent.figures_changed", true],
  ])("%j covers %s: %s", (patterns, type, covered) => {
    expect(matchesType(patterns, type)).toBe(covered);
  });
});

describe("secrets", () => {
  const key = "k".repeat(32);
  it("are the same each time, and other ones for each webhook, generation and key", () => {
    const secret = secretOf(key, "a", 1);
    expect(secretOf(key, "a", 1)).toBe(secret);
    const others = [secretOf(key, "a", 2), secretOf(key, "b", 1), secretOf(`${key}x`, "a", 1)];
    expect(new Set([secret, ...others]).size).toBe(4);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });

  it("sign alone, but for a day after a rotation together with the one before", () => {
    const rotated = (ms: number) => ({ generation: 3, rotatedAt: new Date(now.getTime() - ms) });
    expect(signingGenerations({ generation: 1, rotatedAt: undefined }, now)).toEqual([1]);
    expect(signingGenerations(rotated(0), now)).toEqual([3, 2]);
    expect(signingGenerations(rotated(minutes(24 * 60) - 1), now)).toEqual([3, 2]);
    expect(signingGenerations(rotated(minutes(24 * 60)), now)).toEqual([3]);
  });
});

describe("Retry-After", () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ["120", minutes(2)],
    [" 0 ", 0],
    ["Sun, 22 Nov 2026 09:31:00 GMT", minutes(1)],
    ["Sun, 22 Nov 2026 09:29:00 GMT", undefined],
    ["999999999", minutes(24 * 60)],
    ["soon", undefined],
    ["-5", undefined],
    ["1e9", undefined],
  ])("%j is %s ms", (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});

describe("an attempt", () => {
  it("delivers with 2xx, and with nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        expect(after(1, { status }).outcome === "delivered").toBe(status >= 200 && status <= 299);
      }),
    );
  });

  it("is repeated after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, and never after the eighth", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => {
      const verdict = after(attempt, { status: 500 });
      return verdict.outcome === "pending" ? verdict.nextAttemptAt.getTime() - now.getTime() : verdict.outcome;
    });
    expect(waits).toEqual([5_000, ...[5, 30, 120, 300, 600, 600].map(minutes), "dead"]);
  });

  it("is spread by up to a fifth, and never early", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const [base, spread] = [after(attempt, {}), after(attempt, {}, random)];
        if (base.outcome !== "pending" || spread.outcome !== "pending") throw new Error("not repeated");
        const factor =
          (spread.nextAttemptAt.getTime() - now.getTime()) / (base.nextAttemptAt.getTime() - now.getTime());
        expect(factor).toBeGreaterThanOrEqual(1);
        expect(factor).toBeLessThanOrEqual(1.2);
      }),
    );
  });

  it("is repeated when the receiver asks for it, if that is later", () => {
    const at = (retryAfter: string) => after(1, { status: 503, retryAfter });
    expect(at("3600")).toEqual({ outcome: "pending", nextAttemptAt: new Date(now.getTime() + minutes(60)) });
    expect(at("1")).toEqual({ outcome: "pending", nextAttemptAt: new Date(now.getTime() + 5_000) });
  });

  it("answered with 410 ends the webhook; a test ends after one attempt and ends no webhook", () => {
    expect(after(1, { status: 410 })).toEqual({ outcome: "dead", gone: true });
    for (const status of [410, 500]) {
      const verdict = judgeAttempt({ type: testType, attempt: 1 }, { status }, now, 0);
      expect(verdict).toEqual({ outcome: "dead", gone: false });
    }
  });
});
