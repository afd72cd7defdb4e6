import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { fillReports } from "../year-of-runs.ts";
import { yearWorld } from "../year-world.ts";

const year = { templates: 1_000, days: 365, hourlyDays: 365 };
const reports = [100_000, 1_000_000] as const;
const rounds = 200;

/** Times of calls in milliseconds: what 95 of 100 do not exceed, half of them, and the least. */
interface Times {
  readonly p95: number;
  readonly p50: number;
  readonly least: number;
}

/** So many calls at once, each about another template. On a busy machine, the least tells more of the work than the others. */
const measured = async (ask: (n: number) => Promise<unknown>, atOnce: number): Promise<Times> => {
  for (let n = 0; n < 20; n += 1) await ask(n);
  const times: number[] = [];
  const turns = Array.from({ length: rounds }, (_, n) => 20 + n).values();
  const caller = async (): Promise<void> => {
    for (const n of turns) {
      const startedAt = performance.now();
      await ask(n);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  const ordered = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((ordered[Math.max(0, Math.ceil(share * rounds) - 1)] ?? 0) * 10) / 10;
  return { p95: at(0.95), p50: at(0.5), least: at(0) };
};

const since = (startedAt: number): number => Math.round((performance.now() - startedAt) / 1_000);

const goals = { "30 days": 30, "a year by day": 30, "dashboard, own": 60, "dashboard, visible": 60 } as const;

it(`a year of ${year.templates} templates is answered in time, whatever the number of runs and of reports`, async () => {
  const startedAt = performance.now();
  const { acme, globex, database } = await yearWorld(year, { plans: false });
  console.log(`A year after ${since(startedAt)} s`);
  const from = new Date(Date.now() - 364 * 86_400_000).toISOString();
  const odd = (n: number): string => `template-${1 + ((2 * n * 37) % year.templates)}`;
  const even = (n: number): string => `template-${2 + ((2 * n * 37) % (year.templates - 2))}`;
  const one = (templateId: string, asked: object = {}) => unwrap(acme.getTemplateAnalytics({ templateId, ...asked }));
  const asked: Record<string, (n: number) => Promise<unknown>> = {
    "30 days": (n) => one(even(n)),
    "30 days, 10 times the runs": (n) => one(odd(n)),
    "24 hours": (n) => one(even(n), { bucket: "hour" }),
    "a year by day": (n) => one(even(n), { from }),
    "a year by day, 10 times the runs": (n) => one(odd(n), { from }),
    "dashboard, own": () => unwrap(acme.getAnalyticsDashboard()),
    "dashboard, visible": () => unwrap(globex.getAnalyticsDashboard({ scope: "visible" })),
    "dashboard of a year, visible": () => unwrap(globex.getAnalyticsDashboard({ scope: "visible", from })),
    "list by popularity": () => unwrap(acme.listTemplates({ sort: "popular" })),
  };
  const times = new Map<string, Times>();
  let filled = 0;
  for (const many of reports) {
    const fillingAt = performance.now();
    await fillReports(database, year, filled, many);
    filled = many;
    console.log(`${many} reports after ${since(fillingAt)} s`);
    for (const atOnce of [1, 4]) {
      for (const [name, ask] of Object.entries(asked)) {
        times.set(`${name}; ${many} reports; ${atOnce} at once`, await measured(ask, atOnce));
      }
    }
  }
  console.table(Object.fromEntries(times));
  for (const [name, goal] of Object.entries(goals)) {
    const met = times.get(`${name}; ${reports[1]} reports; 1 at once`);
    expect.soft(met?.p95, name).toBeLessThanOrEqual(goal);
  }
}, 3_600_000);
