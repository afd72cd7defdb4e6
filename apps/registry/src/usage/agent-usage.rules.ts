import { bucketsOf, countsOf, meanMsOf, type Outcomes, runsOf, successOf, type UsageRange } from "@nofx/analytics";
import { type AgentFigures, type AgentUsage, agentUsageLimits } from "@nofx/contract-registry";

/** What one version did on one day. */
export interface UsedDay extends Outcomes {
  readonly version: string;
  /** When the day begins, in milliseconds since 1970. */
  readonly at: number;
  readonly isSample: boolean;
  readonly durationMs: number;
  /** When the last of it ended, in milliseconds since 1970. */
  readonly lastAt: number;
}

type Sums = Outcomes & Pick<UsedDay, "durationMs">;

const sumOf = (days: readonly UsedDay[]): Sums => {
  const sums = { succeeded: 0, failed: 0, cancelled: 0, invalid: 0, durationMs: 0 };
  for (const day of days) {
    sums.succeeded += day.succeeded;
    sums.failed += day.failed;
    sums.cancelled += day.cancelled;
    sums.invalid += day.invalid;
    sums.durationMs += day.durationMs;
  }
  return sums;
};

const meanOf = (sums: Sums): { meanMs?: number } => (sums.succeeded > 0 ? { meanMs: meanMsOf(sums) } : {});

const figuresOf = (days: readonly UsedDay[]): AgentFigures => {
  const sums = sumOf(days);
  const lastAt = days.reduce((last, day) => Math.max(last, day.lastAt), Number.NEGATIVE_INFINITY);
  return {
    ...countsOf(sums),
    ...successOf(sums),
    ...meanOf(sums),
    ...(days.length > 0 && { lastAt: new Date(lastAt).toISOString() }),
  };
};

/** Those with most runs first; of equal ones, by name. */
const versionsOf = (days: readonly UsedDay[], starts: readonly number[]): AgentUsage["versions"] => {
  const versions = [...Map.groupBy(days, ({ version }) => version)].map(([version, own]) => {
    const runs = new Map(own.map((day) => [day.at, runsOf(day)]));
    return { version, ...figuresOf(own), series: starts.map((at) => runs.get(at) ?? 0) };
  });
  versions.sort((one, other) => other.runs - one.runs || (one.version < other.version ? -1 : 1));
  const rest = versions.slice(agentUsageLimits.versions).reduce((sum, { runs }) => sum + runs, 0);
  return { items: versions.slice(0, agentUsageLimits.versions), rest };
};

/** What an answer tells of these days. */
export const usageAnswer = (
  days: readonly UsedDay[],
  range: UsageRange,
): Pick<AgentUsage, "includesSample" | "totals" | "series" | "versions"> => {
  const starts = bucketsOf(range);
  const byDay = Map.groupBy(days, ({ at }) => at);
  return {
    includesSample: days.some(({ isSample }) => isSample),
    totals: figuresOf(days),
    series: starts.map((at) => {
      const sums = sumOf(byDay.get(at) ?? []);
      return { at: new Date(at).toISOString(), ...countsOf(sums), ...meanOf(sums) };
    }),
    versions: versionsOf(days, starts),
  };
};
