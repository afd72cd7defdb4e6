import { hash } from "node:crypto";
import { type BatchedExecution, type ExecutedStep, executionLimits } from "@nofx/contract-marketplace";
import { resourceNamed } from "@nofx/template";

/** A report as it is kept; days and hours are those of UTC. */
export interface UsageEvent {
  readonly day: string;
  readonly runId: string;
  readonly templateTenant: string;
  readonly templateId: string;
  readonly version: string;
  /** Empty: none was named. */
  readonly environment: string;
  readonly callerKind: string;
  readonly isSample: boolean;
  readonly outcome: string;
  /** ISO 8601, to the millisecond, in UTC. */
  readonly occurredAt: string;
  /** 16 bytes, as PostgreSQL reads them. */
  readonly subject: string;
  readonly durationMs: number;
  readonly tokens: number | null;
  readonly costMicros: number | null;
  readonly failedStep: string;
  readonly errorClass: string;
  readonly steps: readonly UsedAgent[] | null;
}

/** What one agent did, with its tenant. */
export interface UsedAgent extends Omit<ExecutedStep, "agentId"> {
  /** `tenant/id`. */
  readonly agent: string;
}

/** Whoever reports. */
export interface Reporter {
  readonly tenantId: string;
  readonly subject: string;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Why a run cannot be counted, if it cannot. */
export const refusalOf = (
  { occurredAt, sample, tenant }: Pick<BatchedExecution, "occurredAt" | "sample" | "tenant">,
  { tenantId }: Reporter,
  now: Date,
): string | undefined => {
  const age = occurredAt === undefined ? 0 : now.getTime() - Date.parse(occurredAt);
  if (age > executionLimits.lateDaysMax * dayMs) {
    return `The run ended more than ${executionLimits.lateDaysMax} days ago: what it would add to is closed.`;
  }
  if (age < -executionLimits.aheadMinutesMax * minuteMs) {
    return `The run ends ahead of this service's clock, by more than ${executionLimits.aheadMinutesMax} minutes. Check yours.`;
  }
  if (sample && tenant !== undefined && tenant !== tenantId) {
    return "Samples are for your own tenant's templates: others would take them for real.";
  }
  return undefined;
};

/** Who it was, for counting: equal for equal people of a tenant. */
const subjectHash = ({ tenantId }: Reporter, subject: string): string =>
  `\\x${hash("sha256", `${tenantId}\0${subject}`, "hex").slice(0, 32)}`;

const usedAgents = (steps: readonly ExecutedStep[], templateTenant: string): UsedAgent[] =>
  steps.flatMap(({ agentId, version, outcome, durationMs }) => {
    const named = resourceNamed("agent", agentId, templateTenant);
    return named ? [{ agent: `${named.tenant}/${named.id}`, version, outcome, durationMs }] : [];
  });

/** Dollars in millionths, halves up as in the number that was written: 1.0000005 is a little less in binary. */
export const microsOf = (usd: number): number => Math.round(Number(`${usd.toFixed(12)}e6`));

/** A report in the form it is kept in. */
export const toUsageEvent = (report: BatchedExecution, by: Reporter, now: Date): UsageEvent => {
  const occurredAt = (report.occurredAt === undefined ? now : new Date(report.occurredAt)).toISOString();
  const templateTenant = report.tenant ?? by.tenantId;
  return {
    day: occurredAt.slice(0, 10),
    runId: report.runId,
    templateTenant,
    templateId: report.templateId,
    version: report.version,
    environment: report.environment ?? "",
    callerKind: report.callerKind,
    isSample: report.sample,
    outcome: report.outcome,
    occurredAt,
    subject: subjectHash(by, report.subject ?? by.subject),
    durationMs: report.durationMs,
    tokens: report.tokens ?? null,
    costMicros: report.costUsd === undefined ? null : microsOf(report.costUsd),
    failedStep: report.failedStep ?? "",
    errorClass: report.errorClass ?? "",
    steps: report.steps ? usedAgents(report.steps, templateTenant) : null,
  };
};
