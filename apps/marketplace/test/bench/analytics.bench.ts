import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { yearWorld } from "../year-world.ts";

const year = { templates: 1_000, detailed: 100, days: 365, hourlyDays: 31 };
const rounds = 200;

/** Times of calls in milliseconds: what 95 of 100 do not exceed, half of them, and the least. */
interface Times {
  readonly p95: number;
  readonly p50: number;
  readonly least: number;
}

/** Each call is about another template. On a busy machine, the least tells more of the work than the others. */
const measured = async (ask: (n: number) => Promise<unknown>): Promise<Times> => {
  for (let n = 0; n < 20; n += 1) await ask(n);
  const times: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const startedAt = performance.now();
    await ask(20 + n);
    times.push(performance.now() - startedAt);
  }
  const ordered = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((ordered[Math.max(0, Math.ceil(share * rounds) - 1)] ?? 0) * 10) / 10;
  return { p95: at(0.95), p50: at(0.5), least: at(0) };
};

it(`a year of ${year.templates} templates is answered in time, whatever the number of runs`, async () => {
  const startedAt = performance.now();
  const { acme, globex } = await yearWorld(year, { plans: false });
  console.log(`A year after ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  const from = new Date(Date.now() - 364 * 86_400_000).toISOString();
  const odd = (n: number): string => `template-${1 + ((2 * n * 37) % year.detailed)}`;
  const even = (n: number): string => `template-${2 + ((2 * n * 37) % (year.detailed - 2))}`;
  const ask = (templateId: string, asked: object = {}) => unwrap(acme.getTemplateAnalytics({ templateId, ...asked }));
  const times = {
    "30 days": await measured((n) => ask(even(n))),
    "30 days, 10 times the runs": await measured((n) => ask(odd(n))),
    "24 hours": await measured((n) => ask(even(n), { bucket: "hour" })),
    "a year by day": await measured((n) => ask(even(n), { from })),
    "a year by day, 10 times the runs": await measured((n) => ask(odd(n), { from })),
    "dashboard, own": await measured(() => unwrap(acme.getAnalyticsDashboard())),
    "dashboard, visible": await measured(() => unwrap(globex.getAnalyticsDashboard({ scope: "visible" }))),
    "list by popularity": await measured(() => unwrap(acme.listTemplates({ sort: "popular" }))),
  };
  console.table(times);
  expect(times["30 days"].p95).toBeLessThanOrEqual(30);
  expect(times["a year by day"].p95).toBeLessThanOrEqual(30);
  expect(times["dashboard, own"].p95).toBeLessThanOrEqual(60);
  expect(times["dashboard, visible"].p95).toBeLessThanOrEqual(60);
}, 1_800_000);
