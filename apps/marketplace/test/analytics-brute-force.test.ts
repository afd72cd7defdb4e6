import { unwrap } from "@nofx/client";
import type { TemplateAnalytics, UsageFigures } from "@nofx/contract-marketplace";
import { expect, it } from "vitest";
import { counted, report, withRuns } from "./runs.ts";
import { counts, figures, grouped, random, type Told } from "./slow-analytics.ts";

const hourMs = 3_600_000;

/** Runs of six days by two tenants, at times that are not those of any bucket. */
const madeUp = (count: number, seed: number, by: string): Told[] => {
  const next = random(seed);
  const among = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const outcome = among(["succeeded", "succeeded", "succeeded", "failed", "cancelled", "invalid"] as const);
    const isBroken = outcome === "failed" || outcome === "invalid";
    return {
      by,
      runId: `${by}-${index}`,
      templateId: "release-notes",
      tenant: "acme",
      version: among(["1.0.0", "1.1.0"]),
      outcome,
      durationMs: Math.floor(Math.exp(next() * 16)),
      callerKind: among(["human", "ci", "agent"] as const),
      subject: `person-${Math.floor(next() * 20)}`,
      occurredAt: new Date(Date.now() - next() * 6 * 24 * hourMs).toISOString(),
      sample: false,
      ...(next() < 0.7 && { environment: among(["production", "staging"]) }),
      ...(next() < 0.5 && { tokens: Math.floor(next() * 10_000), costUsd: Math.floor(next() * 1e6) / 1e6 }),
      ...(isBroken && { failedStep: among(["collect", "write"]), errorClass: among(["timeout", "refused"]) }),
    };
  });
};

const expectFigures = (shown: UsageFigures, runs: readonly Told[]): void => {
  const { meanMs, p50Ms, p95Ms, p99Ms, cost, ...exact } = figures(runs);
  expect(shown).toMatchObject(exact);
  expect(shown.cost.runs).toBe(cost.runs);
  expect(shown.cost.usd).toBeCloseTo(cost.usd, 6);
  if (exact.succeeded === 0) {
    expect(shown.duration).toBeUndefined();
    return;
  }
  expect(shown.duration?.meanMs).toBeCloseTo(meanMs, 1);
  for (const [estimate, value] of [
    [shown.duration?.p50Ms, p50Ms],
    [shown.duration?.p95Ms, p95Ms],
    [shown.duration?.p99Ms, p99Ms],
  ] as [number, number][])
    expect(Math.abs(estimate - value)).toBeLessThanOrEqual(value * 0.05 + 0.01);
};

const within = (runs: readonly Told[], from: string, to: string): Told[] =>
  runs.filter(({ occurredAt }) => occurredAt >= from && occurredAt < to);

const expectAnswer = (shown: TemplateAnalytics, all: readonly Told[], lengthMs: number): void => {
  const runs = within(all, shown.from, shown.to);
  expectFigures(shown.totals, runs);
  expectFigures(shown.previous.totals, within(all, shown.previous.from, shown.previous.to));
  const starts = shown.series.map(({ at }) => at);
  expect(starts).toHaveLength((Date.parse(shown.to) - Date.parse(shown.from)) / lengthMs);
  const ofBucket = (some: readonly Told[], at: string) =>
    within(some, at, new Date(Date.parse(at) + lengthMs).toISOString());
  for (const point of shown.series) expect(point).toMatchObject(counts(ofBucket(runs, point.at)));
  expect(shown.versions.items.map(({ version, series }) => [version, series])).toEqual(
    grouped(runs, ({ version }) => version).map(([version, its]) => [
      version,
      starts.map((at) => ofBucket(its, at).length),
    ]),
  );
  const cells = shown.matrix.items.map(({ environment, version, success: _, ...rest }) => [
    `${environment ?? ""} ${version}`,
    rest,
  ]);
  const nameOf = ({ environment, version }: Told): string => `${environment ?? ""} ${version}`;
  expect(cells).toEqual(grouped(runs, nameOf).map(([name, its]) => [name, counts(its)]));
  expect(shown.callers).toEqual(
    grouped(runs, ({ callerKind }) => callerKind).map(([callerKind, its]) => ({ ...counts(its), callerKind })),
  );
  const broken = runs.filter(({ failedStep }) => failedStep !== undefined);
  const failureOf = (one: Pick<Told, "failedStep" | "errorClass"> & { outcome: string }): string =>
    `${one.outcome} ${one.errorClass} ${one.failedStep}`;
  expect(Object.fromEntries(shown.failures.items.map((item) => [failureOf(item), item.runs]))).toEqual(
    Object.fromEntries(grouped(broken, failureOf).map(([name, its]) => [name, its.length])),
  );
};

it("what analytics tell is what counting the reports one by one gives, for whoever asks, by any filter", async () => {
  const { world, acme, globex } = await withRuns();
  const own = madeUp(700, 1, "acme");
  const others = madeUp(500, 2, "globex");
  const sent = (all: readonly Told[]) => all.map(({ by: _, ...execution }) => execution);
  await Promise.all([report(acme, sent(own)), report(globex, sent(others))]);
  await counted(world);
  const address = { templateId: "release-notes", tenant: "acme" };
  const from = new Date(Date.now() - 3 * 24 * hourMs).toISOString();
  const to = new Date(Date.now() - 24 * hourMs).toISOString();
  for (const [client, scope, all] of [
    [acme, "all", [...own, ...others]],
    [globex, "own", others],
  ] as const) {
    for (const asked of [{}, { from }, { from, to }]) {
      const shown = await unwrap(client.getTemplateAnalytics({ ...address, ...asked }));
      expect(shown).toMatchObject({ scope, includesSample: false });
      expectAnswer(shown, all, 24 * hourMs);
    }
    expectAnswer(await unwrap(client.getTemplateAnalytics({ ...address, bucket: "hour", from })), all, hourMs);
    const selected = { version: "1.1.0", environment: "staging" };
    const some = all.filter((run) => run.version === "1.1.0" && run.environment === "staging");
    expectAnswer(await unwrap(client.getTemplateAnalytics({ ...address, ...selected })), some, 24 * hourMs);
  }
});
