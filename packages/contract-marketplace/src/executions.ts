import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { BatchedExecution, Execution, ExecutionOutcome, executionLimits, ReportedItem } from "./execution.ts";
import * as examples from "./execution-examples.ts";
import { templateParams, templateTenantQuery } from "./template.ts";

const tag = "Usage";
const access = { scope: "usage:write" } as const;

const RemovedSamples = z
  .object({
    reports: z.int().meta({ description: "Reports that were still kept" }),
    templates: z.int().meta({ description: "Templates that counted any" }),
    agents: z.int().meta({ description: "Agents that counted any" }),
  })
  .meta({ id: "RemovedSamples" });
export type RemovedSamples = z.infer<typeof RemovedSamples>;

const Reported = z.object({ runId: z.string(), outcome: ExecutionOutcome });

export const recordExecution = defineOperation({
  id: "recordExecution",
  method: "POST",
  path: "/api/templates/{templateId}/executions",
  tag,
  summary: "Report a run of a template",
  description:
    "Answered when it is durable: 201 for a new run, 200 for one that was reported before. It shows in the analytics within a second. Runs are told apart by `runId` within your tenant, so a report can be sent again whenever its answer did not arrive.",
  access,
  params: templateParams,
  query: z.object(templateTenantQuery),
  body: Execution,
  success: { 200: Reported, 201: Reported },
  example: examples.recordExecution,
  errors: ["template_not_found", "version_not_found", "execution_refused", "usage_overloaded"],
});

export const recordExecutions = defineOperation({
  id: "recordExecutions",
  method: "POST",
  path: "/api/templates/executions",
  tag,
  summary: "Report runs of templates",
  description:
    "Up to 1,000 reports, of any templates that you may read. Each is judged by itself: what is refused keeps nothing else from being kept. Answered when everything that is `accepted` is durable. Sent again, what was kept is a `duplicate`.",
  access,
  body: z.object({ executions: z.array(BatchedExecution).min(1).max(executionLimits.batchMax) }),
  bodyCheckedBy: "use-case",
  bodyBytesMax: executionLimits.bodyBytesMax,
  success: {
    200: z.object({
      summary: z.object({ accepted: z.int(), duplicate: z.int(), refused: z.int() }),
      results: z.array(ReportedItem).meta({ description: "In the order of the request" }),
    }),
  },
  example: examples.recordExecutions,
  errors: ["usage_overloaded"],
});

export const removeSampleUsage = defineOperation({
  id: "removeSampleUsage",
  method: "DELETE",
  path: "/api/analytics/sample",
  tag,
  summary: "Remove what was made up",
  description:
    "Takes everything away that was reported with `sample` in your tenant: reports, and what they added to. Numbers of real runs stay as they are. The names of these runs can be used again.",
  access: { scope: "templates:admin" },
  success: { 200: z.object({ removed: RemovedSamples }) },
  example: examples.removeSampleUsage,
  errors: [],
});
