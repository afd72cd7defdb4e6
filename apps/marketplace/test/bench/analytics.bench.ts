import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { yearWorld } from "../year-world.ts";

const year = { templates: 1_000, days: 365, hourlyDays: 31 };
const rounds = 200;

/** The time that 95 of 100 calls do not exceed. Each call is about another template. */
const p95 = async (ask: (n: number) => Promise<unknown>): Promise<number> => {
  for (let n = 0; n < 20; n += 1) await ask(n);
  const times: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const startedAt = performance.now();
    await ask(20 + n);
    times.push(performance.now() - startedAt);
  }
  return Math.round((times.toSorted((a, b) => a - b)[Math.ceil(0.95 * rounds) - 1] ?? 0) * 10) / 10;
};

it(`a year of ${year.templates} templates is answered in time, whatever the number of runs`, async () => {
  const startedAt = performance.now();
  const { acme, globex } = await yearWorld(year, { plans: false });
  console.log(`A year after ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  const from = new Date(Date.now() - 364 * 86_400_000).toISOString();
  const odd = (n: number): string => `template-${1 + ((2 * n * 37) % year.templates)}`;
  const even = (n: number): string => `template-${2 + ((2 * n * 37) % (year.templates - 2))}`;
  const ask = (templateId: string, asked: object = {}) => unwrap(acme.getTemplateAnalytics({ templateId, ...asked }));
  const times = {
    "30 days": await p95((n) => ask(even(n))),
    "30 days, 10 times the runs": await p95((n) => ask(odd(n))),
    "24 hours": await p95((n) => ask(even(n), { bucket: "hour" })),
    "a year by day": await p95((n) => ask(even(n), { from })),
    "a year by day, 10 times the runs": await p95((n) => ask(odd(n), { from })),
    "dashboard, own": await p95(() => unwrap(acme.getAnalyticsDashboard())),
    "dashboard, visible": await p95(() => unwrap(globex.getAnalyticsDashboard({ scope: "visible" }))),
    "list by popularity": await p95(() => unwrap(acme.listTemplates({ sort: "popular" }))),
  };
  console.table(times);
  expect(times["30 days"]).toBeLessThanOrEqual(30);
  expect(times["a year by day"]).toBeLessThanOrEqual(30);
  expect(times["dashboard, own"]).toBeLessThanOrEqual(60);
  expect(times["dashboard, visible"]).toBeLessThanOrEqual(60);
}, 1_800_000);
