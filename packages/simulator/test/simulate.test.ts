import { BatchedExecution } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SampleReport, type Simulation, simulate, someBadRelease } from "../src/index.ts";
import { badRelease, template, templates } from "./templates.ts";

const dayMs = 24 * 3_600_000;
const from = new Date("2026-10-05T00:00:00.000Z");
const daysAfter = (days: number): Date => new Date(from.getTime() + days * dayMs);
const month: Simulation = { seed: 7, templates, from, to: daysAfter(28), runs: 12_000, badRelease };

/** Each run once, in the order of their ends. */
const runsOf = (simulation: Simulation): SampleReport[] => {
  const runs = new Map(simulate(simulation).map(({ report }) => [report.runId, report]));
  return [...runs.values()].sort((one, other) => (one.occurredAt < other.occurredAt ? -1 : 1));
};

const simulation = fc
  .record({
    seed: fc.integer(),
    days: fc.integer({ min: 1, max: 40 }),
    offsetMs: fc.nat(dayMs),
    runs: fc.nat(60),
    repeatedShare: fc.double({ min: 0, max: 1, noNaN: true }),
    lateShare: fc.double({ min: 0, max: 1, noNaN: true }),
    badRelease: fc.constantFrom(undefined, badRelease),
  })
  .map(
    ({ days, offsetMs, ...rest }): Simulation => ({
      ...rest,
      templates,
      from: new Date(from.getTime() + offsetMs),
      to: new Date(from.getTime() + offsetMs + days * dayMs),
    }),
  );

const successRate = (runs: readonly SampleReport[]): number => {
  const succeeded = runs.filter(({ outcome }) => outcome === "succeeded").length;
  return succeeded / (succeeded + runs.filter(({ outcome }) => outcome === "failed").length);
};

describe("simulate", () => {
  it("gives the same for the same seed, and something else for another", () => {
    const property = fc.property(simulation, (given) => {
      expect(simulate(given)).toEqual(simulate(given));
    });
    fc.assert(property);
    const other = simulate({ ...month, seed: 8 });
    expect(other.map(({ report }) => report.durationMs)).not.toEqual(
      simulate(month).map(({ report }) => report.durationMs),
    );
  });

  it("gives reports that the contract takes, all marked, of the time that was asked for, in the order of sending", () => {
    const property = fc.property(simulation, (given) => {
      const deliveries = simulate(given);
      for (const { at, report } of deliveries) {
        expect(BatchedExecution.parse(report)).toEqual(report);
        expect(report.sample).toBe(true);
        const endedAt = new Date(report.occurredAt);
        expect(endedAt >= given.from && endedAt < given.to).toBe(true);
        const lateMs = at.getTime() - endedAt.getTime();
        expect(lateMs).toBeGreaterThanOrEqual(0);
        expect(lateMs).toBeLessThan(5 * dayMs);
      }
      expect(deliveries.map(({ at }) => at.getTime())).toEqual(
        deliveries.map(({ at }) => at.getTime()).toSorted((one, other) => one - other),
      );
    });
    fc.assert(property);
  });

  it("gives as many runs as asked for, and reports as many of them twice, and late, as asked for", () => {
    const property = fc.property(simulation, (given) => {
      const { runs, repeatedShare = 0, lateShare = 0 } = given;
      const first = new Map<string, number>();
      const deliveries = simulate(given);
      for (const { at, report } of deliveries) {
        const lateMs = at.getTime() - Date.parse(report.occurredAt);
        if (!first.has(report.runId)) first.set(report.runId, lateMs);
      }
      expect(first.size).toBe(runs);
      expect(deliveries).toHaveLength(runs + Math.round(runs * repeatedShare));
      expect([...first.values()].filter((lateMs) => lateMs >= 3_600_000)).toHaveLength(Math.round(runs * lateShare));
    });
    fc.assert(property);
  });

  it("is quiet at night and on weekends", () => {
    const runs = runsOf(month).map(({ occurredAt }) => new Date(occurredAt));
    const perHour = (hours: readonly number[]) =>
      runs.filter((date) => hours.includes(date.getUTCHours())).length / hours.length;
    expect(perHour([0, 1, 2, 3])).toBeLessThan(perHour([10, 11, 12, 13, 14, 15]) / 5);
    const perDay = (days: readonly number[]) =>
      runs.filter((date) => days.includes(date.getUTCDay())).length / days.length;
    expect(perDay([0, 6])).toBeLessThan(perDay([1, 2, 3, 4, 5]) / 3);
  });

  it("runs the first template most, each after it about as often as Zipf says", () => {
    const runs = runsOf(month);
    const whole = 1 + 1 / 2 + 1 / 3 + 1 / 4;
    for (const [index, { templateId }] of templates.entries()) {
      const share = runs.filter((run) => run.templateId === templateId).length / runs.length;
      expect(Math.abs(share - 1 / (index + 1) / whole)).toBeLessThan(0.02);
    }
  });

  it("fails often with a bad release, in one step with one class of error, until it is rolled back", () => {
    const gate = runsOf(month).filter(({ templateId }) => templateId === "gate");
    const bad = gate.filter(({ version }) => version === "1.1.0");
    expect(bad.length).toBeGreaterThan(100);
    expect(successRate(bad)).toBeLessThan(0.7);
    const causes = bad
      .filter(({ outcome }) => outcome === "failed")
      .map((run) => `${run.failedStep} ${run.errorClass}`);
    expect(new Set(causes)).toEqual(new Set(["write output_schema_mismatch"]));
    const gone = bad.at(-1)?.occurredAt ?? "";
    const after = gate.filter(({ occurredAt }) => occurredAt > gone);
    expect(new Set(after.slice(0, 50).map(({ version }) => version))).toEqual(new Set(["1.0.0"]));
    for (const version of ["1.0.0", "2.0.0"]) {
      expect(successRate(gate.filter((run) => run.version === version))).toBeGreaterThan(0.9);
    }
    const train = runsOf({ ...month, badRelease: undefined }).filter((run) => run.version === "1.0.1");
    expect(successRate(train)).toBeGreaterThan(0.9);
  });

  it("goes over to the newest version in the end; runs are short where there is less to do, and cost what they take", () => {
    const gate = runsOf(month).filter(({ templateId }) => templateId === "gate");
    expect(new Set(gate.slice(-50).map(({ version }) => version))).toEqual(new Set(["2.0.0"]));
    const meanOf = (environment: string) => {
      const some = gate.filter((run) => run.environment === environment && run.outcome === "succeeded");
      return some.reduce((sum, { durationMs }) => sum + durationMs, 0) / some.length;
    };
    expect(meanOf("development")).toBeLessThan(meanOf("staging"));
    expect(meanOf("staging")).toBeLessThan(meanOf("production"));
    expect(new Set(gate.map(({ callerKind }) => callerKind))).toEqual(new Set(["human", "ci", "agent"]));
    for (const { durationMs, steps = [] } of gate) {
      const took = steps.reduce((sum, step) => sum + step.durationMs, 0);
      expect(Math.abs(took - (steps.length > 0 ? durationMs : 0))).toBeLessThan(5);
    }
    const long = gate.toSorted((one, other) => other.durationMs - one.durationMs);
    const costOf = (runs: readonly SampleReport[]) => runs.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0);
    expect(costOf(long.slice(0, 500))).toBeGreaterThan(costOf(long.slice(-500)) * 2);
  });

  it("makes do with templates that say little of themselves: no environments, no steps, no versions of agents", () => {
    const bare = { version: "1.0.0", environments: [], steps: [] };
    const unlocked = { ...bare, environments: ["production"], steps: [{ id: "only", agentId: "acme/any" }] };
    const given = [
      { templateId: "bare", versions: [bare] },
      { templateId: "unlocked", versions: [unlocked] },
    ] as const;
    const runs = runsOf({ ...month, templates: given, runs: 3_000 });
    expect(runs.filter(({ steps }) => steps !== undefined)).toEqual([]);
    const failedIn = (templateId: string) =>
      new Set(
        runs.filter((run) => run.templateId === templateId && run.outcome === "failed").map((run) => run.failedStep),
      );
    expect([failedIn("bare"), failedIn("unlocked")]).toEqual([new Set([undefined]), new Set(["only"])]);
  });

  it("refuses what cannot be simulated", () => {
    expect(() => simulate({ ...month, to: from })).toThrow("`to` must be after `from`");
    expect(() => simulate({ ...month, runs: 0.5 })).toThrow("whole number");
    for (const share of [-0.1, 1.1, Number.NaN]) {
      expect(() => simulate({ ...month, lateShare: share })).toThrow("from 0 to 1");
      expect(() => simulate({ ...month, repeatedShare: share })).toThrow("from 0 to 1");
    }
  });
});

describe("someBadRelease", () => {
  it("is the second of three versions, else of two, else there is none", () => {
    expect(someBadRelease([template("a", "1.0.0"), template("b", "1.0.0", "1.1.0"), ...templates])).toEqual(badRelease);
    expect(someBadRelease([template("b", "1.0.0", "1.1.0")])).toEqual({ templateId: "b", version: "1.1.0" });
    expect(someBadRelease([template("a", "1.0.0")])).toBeUndefined();
  });
});
