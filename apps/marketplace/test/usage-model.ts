import { createHash } from "node:crypto";
import type { TestMarketplace } from "./marketplace.ts";

/** A run that was accepted, as it was reported. */
export interface ModelRun {
  readonly tenant: string;
  readonly templateTenant: string;
  readonly templateId: string;
  readonly version: string;
  readonly environment: string;
  readonly callerKind: string;
  readonly sample: boolean;
  readonly outcome: "succeeded" | "failed" | "cancelled" | "invalid";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly subject: string;
  readonly durationMs: number;
  readonly tokens: number | undefined;
  readonly costMicros: number | undefined;
  readonly failedStep: string;
  readonly errorClass: string;
  readonly steps: readonly {
    readonly agent: string;
    readonly version: string;
    readonly outcome: ModelRun["outcome"];
    readonly durationMs: number;
  }[];
}

/** A rollup's table: what its rows are kept by → what they say. */
export type Rows = Map<string, string>;
type Sums = Map<string, number[]>;

const hourMs = 60 * 60 * 1000;
const outcomeNames = ["succeeded", "failed", "cancelled", "invalid"] as const;

const startOf = (grain: "hour" | "day", at: number): number => at - (at % (grain === "hour" ? hourMs : 24 * hourMs));
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const yesNo = (value: boolean): string => (value ? "t" : "f");

/** Adds up; the last number is a time, of which the latest stays. */
const bump = (sums: Sums, key: readonly (string | number)[], values: readonly number[]): void => {
  const name = key.join("|");
  const known = sums.get(name);
  if (!known) return void sums.set(name, [...values]);
  const last = values.length - 1;
  for (const [place, value] of values.entries()) {
    const before = known[place] ?? 0;
    known[place] = place === last ? Math.max(before, value) : before + value;
  }
};

const countsOf = ({ outcome, durationMs, tokens, costMicros, at }: ModelRun): number[] => [
  ...outcomeNames.map((name) => (name === outcome ? 1 : 0)),
  outcome === "succeeded" ? durationMs : 0,
  tokens ?? 0,
  tokens === undefined ? 0 : 1,
  costMicros ?? 0,
  costMicros === undefined ? 0 : 1,
  at,
];

export const bucketOf = (durationMs: number): number =>
  durationMs === 0 ? 0 : 1 + Math.floor(Math.log(durationMs) / Math.log(1.1));

const subjectOf = ({ tenant, subject }: ModelRun): string =>
  createHash("sha256").update(`${tenant}\0${subject}`).digest("hex").slice(0, 32);

const addAgents = (sums: Sums, run: ModelRun): void => {
  for (const { agent, version, outcome, durationMs } of run.steps) {
    const [tenant = "", id = ""] = agent.split("/");
    if (run.sample && tenant !== run.templateTenant) continue;
    bump(
      sums,
      [tenant, id, version, dayOf(run.at), yesNo(run.sample)],
      [...outcomeNames.map((name) => (name === outcome ? 1 : 0)), outcome === "succeeded" ? durationMs : 0, run.at],
    );
  }
};

const names = ["rollups", "latencies", "failures", "subjects", "days", "agents"] as const;
export type Rollups = Record<(typeof names)[number], Rows>;

const empty = <T>(make: () => T) =>
  Object.fromEntries(names.map((name) => [name, make()])) as Record<(typeof names)[number], T>;

/** What runs come to, counted one after the other. */
export const countRuns = (runs: Iterable<ModelRun>): Rollups => {
  const sums = empty<Sums>(() => new Map());
  for (const run of runs) {
    const { templateTenant, templateId, version, environment, tenant, outcome } = run;
    const sample = yesNo(run.sample);
    for (const grain of ["hour", "day"] as const) {
      const place = [templateTenant, templateId, grain, startOf(grain, run.at), version, environment, tenant, sample];
      bump(sums.rollups, [...place, run.callerKind], countsOf(run));
      bump(sums.subjects, [...place, subjectOf(run)], [0]);
      if (outcome === "succeeded") bump(sums.latencies, [...place, 1, bucketOf(run.durationMs)], [1, 0]);
      if (outcome === "failed" || outcome === "invalid") {
        bump(sums.failures, [...place, outcome, run.failedStep, run.errorClass], [1, 0]);
      }
    }
    bump(sums.days, [templateTenant, templateId, dayOf(run.at), sample], countsOf(run));
    addAgents(sums.agents, run);
  }
  const told = empty<Rows>(() => new Map());
  for (const name of names) for (const [key, values] of sums[name]) told[name].set(key, values.join("|"));
  return told;
};

const counted = `concat_ws('|', succeeded, failed, cancelled, invalid, duration_ms, tokens, tokens_told, cost_micros, cost_told,
  round(extract(epoch FROM last_at) * 1000)::bigint)`;
const place = `template_tenant, template_id, grain, extract(epoch FROM at)::bigint * 1000, version, environment, tenant_id, is_sample`;

const queries: Record<(typeof names)[number], string> = {
  rollups: `concat_ws('|', ${place}, caller_kind) AS key, ${counted} AS value FROM marketplace.template_rollups`,
  latencies: `concat_ws('|', ${place}, scheme, bucket) AS key, concat_ws('|', runs, 0) AS value FROM marketplace.template_latencies`,
  failures: `concat_ws('|', ${place}, outcome, failed_step, error_class) AS key, concat_ws('|', runs, 0) AS value
             FROM marketplace.template_failures`,
  subjects: `concat_ws('|', ${place}, encode(subject, 'hex')) AS key, '0' AS value FROM marketplace.template_subjects`,
  days: `concat_ws('|', template_tenant, template_id, day, is_sample) AS key, ${counted} AS value FROM marketplace.template_days`,
  agents: `concat_ws('|', agent_tenant, agent_id, version, day, is_sample) AS key, concat_ws('|', succeeded, failed, cancelled,
           invalid, duration_ms, round(extract(epoch FROM last_at) * 1000)::bigint) AS value FROM marketplace.agent_usage_days`,
};

/** What the database says. */
export const readRollups = async ({ query }: Pick<TestMarketplace["database"], "query">): Promise<Rollups> => {
  const told = empty<Rows>(() => new Map());
  for (const name of names) {
    const rows = await query<{ key: string; value: string }>(`SELECT ${queries[name]}`);
    for (const { key, value } of rows) told[name].set(key, value);
  }
  return told;
};

/** The first rows in which two counts differ, of every table. */
export const differences = (expected: Rollups, actual: Rollups): string[] =>
  names.flatMap((name) => {
    const keys = new Set([...expected[name].keys(), ...actual[name].keys()]);
    return [...keys]
      .filter((key) => expected[name].get(key) !== actual[name].get(key))
      .slice(0, 5)
      .map((key) => `${name} ${key}: ${expected[name].get(key)} is ${actual[name].get(key)}`);
  });
