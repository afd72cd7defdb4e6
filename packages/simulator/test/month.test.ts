import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { readSimulatedTemplates, type SampleReport, sendReports, simulate, someBadRelease } from "../src/index.ts";
import { publishTemplates, simulatedWorld } from "./marketplace.ts";

const dayMs = 24 * 3_600_000;
const from = new Date("2026-10-05T00:00:00.000Z");
const days = 30;
const to = new Date(from.getTime() + days * dayMs);

const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);

/** What runs add up to, one by one. */
const totalsOf = (runs: readonly SampleReport[]) => {
  const count = (outcome: string): number => runs.filter((run) => run.outcome === outcome).length;
  const told = runs.filter(({ tokens }) => tokens !== undefined);
  return {
    runs: runs.length,
    succeeded: count("succeeded"),
    failed: count("failed"),
    cancelled: count("cancelled"),
    invalid: count("invalid"),
    tokens: { total: sum(told.map(({ tokens }) => tokens)), runs: told.length },
    cost: { usd: expect.closeTo(sum(told.map(({ costUsd }) => costUsd)), 6), runs: told.length },
  };
};

describe("readSimulatedTemplates", () => {
  it("tells versions from the lowest on, with environments, steps and the agents that they are locked to", async () => {
    const world = await simulatedWorld();
    await publishTemplates(world);
    const [gate, coach, ...none] = await readSimulatedTemplates(world.marketplace, ["gate", "coach"]);
    expect(gate?.templateId).toBe("gate");
    expect(gate?.versions.map(({ version }) => version)).toEqual(["1.0.0", "1.0.1", "1.0.2"]);
    for (const { environments, steps } of gate?.versions ?? []) {
      expect(environments).toEqual(["development", "production"]);
      expect(steps).toEqual([
        { id: "collect", agentId: "collector", agentVersion: "1.0.0" },
        { id: "write", agentId: "writer", agentVersion: "2.1.0" },
      ]);
    }
    expect(coach?.versions).toEqual([{ version: "1.0.0", environments: [], steps: [] }]);
    expect(none).toEqual([]);
    await expect(readSimulatedTemplates(world.marketplace, ["nothing"])).rejects.toThrow();
  });
});

describe("a month, sent day by day to a service whose clock goes with it", () => {
  it("adds up to what counting its runs one by one gives, and shows the bad release; removing it leaves nothing", async () => {
    let now = from;
    const world = await simulatedWorld(() => now);
    await publishTemplates(world);
    const { marketplace } = world;
    const [gate, train, coach] = await readSimulatedTemplates(marketplace, ["gate", "train", "coach"]);
    if (!gate || !train || !coach) throw new Error("All three are there");
    const templates = [gate, train, coach] as const;
    const badRelease = someBadRelease(templates);
    const given = { seed: 3, templates, from, to, runs: 4_000, repeatedShare: 0.1, lateShare: 0.1, badRelease };
    const deliveries = simulate(given);
    let duplicates = 0;
    // Late and repeated reports of the last day come after its end.
    for (let day = 1; day <= days + 6; day += 1) {
      const before = now;
      now = new Date(from.getTime() + day * dayMs);
      const due = deliveries.filter(({ at }) => at >= before && at < now);
      duplicates += (
        await sendReports(
          marketplace,
          due.map(({ report }) => report),
        )
      ).duplicate;
    }
    await world.counted();
    expect(duplicates).toBe(400);
    const all = [...new Map(deliveries.map(({ report }) => [report.runId, report])).values()];
    const range = { from: from.toISOString(), to: to.toISOString() };

    const dashboard = await unwrap(marketplace.getAnalyticsDashboard(range));
    expect(dashboard.includesSample).toBe(true);
    expect(dashboard.totals).toMatchObject(totalsOf(all));
    for (const { templateId } of templates) {
      const runs = all.filter((run) => run.templateId === templateId);
      const shown = await unwrap(marketplace.getTemplateAnalytics({ templateId, ...range }));
      expect(shown.includesSample).toBe(true);
      expect(shown.totals).toMatchObject({
        ...totalsOf(runs),
        uniqueUsers: new Set(runs.map(({ subject }) => subject)).size,
      });
      expect(shown.series.map(({ at, ...point }) => [at.slice(0, 10), point.runs])).toEqual(
        shown.series.map(({ at }) => {
          const day = at.slice(0, 10);
          return [day, runs.filter(({ occurredAt }) => occurredAt.startsWith(day)).length];
        }),
      );
    }

    const asked = { templateId: "gate", a: "1.0.0", b: "1.0.1", ...range };
    const { success } = await unwrap(marketplace.compareTemplateVersionUsage(asked));
    expect(success.verdict).toBe("worse");
    expect(success.high).toBeLessThan(0);

    const { removed } = await unwrap(marketplace.removeSampleUsage());
    expect(removed).toEqual({ reports: all.length, templates: 3, agents: 2 });
    expect((await unwrap(marketplace.getAnalyticsDashboard(range))).totals.runs).toBe(0);
  });
});
