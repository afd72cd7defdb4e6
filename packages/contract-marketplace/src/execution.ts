import { ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { BulkProblem } from "./bulk.ts";
import { EnvironmentName } from "./template-environment.ts";

/** Limits of reports about runs. */
export const executionLimits = {
  batchMax: 1_000,
  bodyBytesMax: 4 * 1024 * 1024,
  stepsMax: 100,
  /** How long after its end a run may be reported. */
  lateDaysMax: 7,
  /** How far the clock of whoever reports may be ahead. */
  aheadMinutesMax: 5,
  /** So many runs of one template's day would have to be reported with these until a sum had no room: 90 million. */
  tokensMax: 1e10,
  costUsdMax: 1e5,
} as const;

/** How a run ended. */
export const RunOutcome = z.enum(["succeeded", "failed", "cancelled", "invalid"]).meta({
  id: "RunOutcome",
  description: "`invalid`: it did not begin, since its input was refused",
});
export type RunOutcome = z.infer<typeof RunOutcome>;

/** Who asked for the run. */
export const CallerKind = z.enum(["human", "ci", "agent"]).meta({ id: "CallerKind" });
export type CallerKind = z.infer<typeof CallerKind>;

const durationMs = z
  .int()
  .min(0)
  .max(30 * 24 * 60 * 60 * 1000)
  .meta({ description: "Milliseconds, at most 30 days" });
const label = z.string().trim().min(1).max(128);

/** What one agent did in a run. */
export const ExecutedStep = z
  .object({
    agentId: z
      .string()
      .max(192)
      .regex(/^(?:[a-z0-9-]{1,63}\/)?[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/, "Write `id` or `tenant/id`")
      .meta({ description: "`id` of an agent of the template's tenant, or `tenant/id`" }),
    version: SemVer.meta({ description: "The agent's version" }),
    outcome: RunOutcome,
    durationMs,
  })
  .meta({ id: "ExecutedStep" });
export type ExecutedStep = z.infer<typeof ExecutedStep>;

/** What whoever ran a template reports when the run has ended. */
export const Execution = z
  .object({
    runId: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,128}$/, "Use 1–128 letters, digits, `.`, `_`, `:` and `-`, such as a UUID")
      .meta({
        description: "The run's name, yours and unique in your tenant: a run that is reported again counts once",
      }),
    version: SemVer.meta({ description: "The version that ran" }),
    environment: EnvironmentName.optional(),
    outcome: RunOutcome,
    durationMs,
    tokens: z.int().min(0).max(executionLimits.tokensMax).optional(),
    costUsd: z.number().min(0).max(executionLimits.costUsdMax).optional().meta({
      description: "US dollars, kept to the millionth",
    }),
    failedStep: label.optional().meta({ description: "The step that failed, by its id" }),
    errorClass: label.optional().meta({ description: "What kind of error it was, such as `timeout`: no messages" }),
    callerKind: CallerKind.default("human"),
    subject: z.string().min(1).max(256).optional().meta({
      description: "For whom it ran; default: the token's subject. Only a hash of it is kept",
    }),
    occurredAt: Timestamp.optional().meta({
      description: "When the run ended; default: now. At most 7 days ago, and 5 minutes ahead",
    }),
    steps: z.array(ExecutedStep).max(executionLimits.stepsMax).optional(),
    sample: z.boolean().default(false).meta({
      description:
        "Made up, to try things out: counted, marked as such wherever it is shown, and removed by one call. For your own tenant's templates only",
    }),
  })
  .refine(
    ({ outcome, failedStep, errorClass }) => {
      return ["failed", "invalid"].includes(outcome) || (failedStep === undefined && errorClass === undefined);
    },
    { message: "Only a run that failed or was invalid has a failed step and a class of error", path: ["outcome"] },
  )
  .meta({ id: "Execution" });
export type Execution = z.infer<typeof Execution>;

/** One report of a batch: also which template ran. */
export const BatchedExecution = Execution.safeExtend({
  templateId: ResourceId,
  tenant: TenantId.optional().meta({ description: "Whose template; default: your own tenant's" }),
}).meta({ id: "BatchedExecution" });
export type BatchedExecution = z.infer<typeof BatchedExecution>;

/** What became of a report. */
export const ExecutionOutcome = z.enum(["accepted", "duplicate"]).meta({
  description: "`accepted`: it is kept and counts; `duplicate`: the run was reported before, and counts as it was then",
});

/** What became of one report of a batch. */
export const ReportedItem = z
  .object({
    index: z.int().meta({ description: "Its place in the request, from 0" }),
    runId: z.string().optional().meta({ description: "Absent where the report names none that can be read" }),
    outcome: z.enum(["accepted", "duplicate", "refused"]),
    problem: BulkProblem.optional(),
  })
  .meta({ id: "ReportedItem" });
export type ReportedItem = z.infer<typeof ReportedItem>;
