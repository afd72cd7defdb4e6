import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { microsOf, refusalOf, toUsageEvent } from "./execution.rules.ts";

const now = new Date("2026-11-20T10:15:00.000Z");
const by = { tenantId: "acme", subject: "token:1" };
const weekMs = 7 * 24 * 60 * 60 * 1000;
const report = {
  templateId: "release-notes",
  runId: "a",
  version: "1.0.0",
  outcome: "succeeded",
  durationMs: 1,
  callerKind: "human",
  sample: false,
} as const;

describe("a run", () => {
  it("may have ended up to a week ago and up to five minutes ahead, and not a millisecond more", () => {
    fc.assert(
      fc.property(fc.integer({ min: -weekMs - 10, max: 5 * 60_000 + 10 }), (offset) => {
        const occurredAt = new Date(now.getTime() + offset).toISOString();
        const isFine = offset >= -weekMs && offset <= 5 * 60_000;
        expect(refusalOf({ ...report, occurredAt }, by, now) === undefined).toBe(isFine);
      }),
      { examples: [[-weekMs], [-weekMs - 1], [5 * 60_000], [5 * 60_000 + 1]] },
    );
  });

  it("may be made up for templates of one's own tenant, named or not", () => {
    expect(refusalOf({ ...report, sample: true }, by, now)).toBeUndefined();
    expect(refusalOf({ ...report, sample: true, tenant: "acme" }, by, now)).toBeUndefined();
    expect(refusalOf({ ...report, sample: true, tenant: "globex" }, by, now)).toMatch(/^Samples/);
  });
});

describe("what is kept of a report", () => {
  it("is of the day on which the run ended in UTC, or of now", () => {
    const occurredAt = "2026-11-19T23:59:59.999Z";
    expect(toUsageEvent({ ...report, occurredAt }, by, now)).toMatchObject({ day: "2026-11-19" });
    expect(toUsageEvent(report, by, now)).toMatchObject({ day: "2026-11-20", occurredAt: now.toISOString() });
  });

  it("tells people of a tenant apart, and not the same people of different tenants together", () => {
    const subjectOf = (tenantId: string, subject: string) =>
      toUsageEvent({ ...report, subject }, { ...by, tenantId }, now).subject;
    fc.assert(
      fc.property(fc.tuple(fc.string(), fc.string()), fc.tuple(fc.string(), fc.string()), (one, other) => {
        const isSame = one[0] === other[0] && one[1] === other[1];
        fc.pre(![...one, ...other].some((text) => text.includes("\0")));
        expect(subjectOf(...one) === subjectOf(...other)).toBe(isSame);
      }),
    );
    expect(toUsageEvent(report, by, now).subject).toEqual(
      toUsageEvent({ ...report, subject: "token:1" }, by, now).subject,
    );
  });

  it("names agents with their tenant: the template's, unless the step says whose", () => {
    const steps = ["collector", "globex/collector"].map((agentId) => {
      return { agentId, version: "1.0.0", outcome: "succeeded", durationMs: 1 } as const;
    });
    const { steps: used } = toUsageEvent({ ...report, tenant: "initech", steps }, by, now);
    expect(used?.map(({ agent }) => agent)).toEqual(["initech/collector", "globex/collector"]);
  });

  it("has empty places for what was not told", () => {
    const empty = { environment: "", failedStep: "", errorClass: "", tokens: null, costMicros: null, steps: null };
    expect(toUsageEvent(report, by, now)).toMatchObject(empty);
  });
});

describe("costs", () => {
  it("are kept to the millionth of a dollar, exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), (micros) => {
        expect(microsOf(micros / 1e6)).toBe(micros);
      }),
    );
  });

  it.each([
    [0.0000004, 0],
    [0.00000046, 0],
    [0.0000005, 1],
    [1.0000005, 1_000_001],
    [0.0384, 38_400],
    [1e-30, 0],
    [100_000, 100_000_000_000],
  ])("round halves up: %s", (usd, micros) => expect(microsOf(usd)).toBe(micros));
});
