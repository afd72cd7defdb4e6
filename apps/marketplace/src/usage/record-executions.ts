import { problemItems } from "@nofx/contract-kit";
import {
  BatchedExecution,
  type Execution,
  type ExecutionOutcome,
  executionLimits,
  type ReportedItem,
} from "@nofx/contract-marketplace";
import { HttpProblem, type RequestContext } from "@nofx/service-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { toldProblem } from "../told-problem.ts";
import { type Kept, keepEvents } from "./event.store.ts";
import { refusalOf, toUsageEvent } from "./execution.rules.ts";

type Outcome = z.infer<typeof ExecutionOutcome>;

/** Keeps reports that may be counted, where there is room for them. @throws usage_overloaded */
const keep = async (
  deps: Deps,
  ctx: RequestContext,
  reports: readonly BatchedExecution[],
  now: Date,
): Promise<Kept[]> => {
  const events = reports.map((report) => toUsageEvent(report, ctx, now));
  const kept = await deps.usage.admit(() => keepEvents(deps.db, ctx, now, events));
  if (kept.includes("accepted")) deps.usage.kick();
  return kept;
};

const keepOne = async (
  deps: Deps,
  ctx: RequestContext,
  { tenant, templateId }: TemplateAddress,
  execution: Execution,
): Promise<Outcome> => {
  const now = deps.now();
  const report = { ...execution, tenant, templateId };
  const refusal = refusalOf(report, ctx, now);
  if (refusal !== undefined) throw problem("execution_refused", { detail: refusal });
  const [kept = "duplicate"] = await keep(deps, ctx, [report], now);
  if (kept === "template_not_found" || kept === "version_not_found") throw problem(kept);
  return kept;
};

/** Keeps the report of one run. @throws template_not_found, version_not_found, execution_refused, usage_overloaded */
export const recordExecution = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  execution: Execution,
): Promise<Outcome> => {
  try {
    const outcome = await keepOne(deps, ctx, address, execution);
    deps.usage.count(outcome, 1);
    return outcome;
  } catch (thrown) {
    if (thrown instanceof HttpProblem && thrown.status < 500) deps.usage.count("refused", 1);
    throw thrown;
  }
};

/** A report of a batch as it came: to be kept, or refused by itself. */
type Judged =
  | { readonly report: BatchedExecution }
  | { readonly runId: string | undefined; readonly refused: HttpProblem };

const runIdIn = (input: unknown): string | undefined =>
  z.object({ runId: BatchedExecution.shape.runId }).safeParse(input).data?.runId;

const judge = (input: unknown, ctx: RequestContext, now: Date): Judged => {
  const parsed = BatchedExecution.safeParse(input);
  if (!parsed.success) {
    const errors = problemItems(parsed.error);
    return { runId: runIdIn(input), refused: problem("request_invalid", { errors }) };
  }
  const detail = refusalOf(parsed.data, ctx, now);
  if (detail === undefined) return { report: parsed.data };
  return { runId: parsed.data.runId, refused: problem("execution_refused", { detail }) };
};

const itemOf = (judged: Judged, index: number, kept: Kept | undefined): ReportedItem => {
  if ("refused" in judged) {
    const { runId, refused } = judged;
    return { index, ...(runId !== undefined && { runId }), outcome: "refused", problem: toldProblem(refused) };
  }
  const { runId } = judged.report;
  if (kept === "accepted" || kept === "duplicate") return { index, runId, outcome: kept };
  return { index, runId, outcome: "refused", problem: toldProblem(problem(kept ?? "template_not_found")) };
};

const Batch = z.object({ executions: z.array(z.unknown()).min(1).max(executionLimits.batchMax) });

/** What became of the reports of a batch. */
export interface RecordedBatch {
  readonly summary: Readonly<Record<ReportedItem["outcome"], number>>;
  readonly results: readonly ReportedItem[];
}

/** Keeps the reports of a batch, each judged by itself. @throws request_invalid, usage_overloaded */
export const recordExecutions = async (deps: Deps, ctx: RequestContext, body: unknown): Promise<RecordedBatch> => {
  const batch = Batch.safeParse(body);
  if (!batch.success) throw problem("request_invalid", { errors: problemItems(batch.error) });
  const now = deps.now();
  const judged = batch.data.executions.map((input) => judge(input, ctx, now));
  const reports = judged.flatMap((each) => ("report" in each ? [each.report] : []));
  const kept = (await keep(deps, ctx, reports, now)).values();
  const results = judged.map((each, index) => itemOf(each, index, "report" in each ? kept.next().value : undefined));
  const summary = { accepted: 0, duplicate: 0, refused: 0 };
  for (const { outcome } of results) summary[outcome] += 1;
  for (const outcome of ["accepted", "duplicate", "refused"] as const) deps.usage.count(outcome, summary[outcome]);
  return { summary, results };
};
