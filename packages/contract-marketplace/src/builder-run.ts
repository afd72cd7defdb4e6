import { z } from "zod";
import { PromptInput } from "./builder-template.ts";

const Texts = z.record(z.string().max(200), z.string().max(200_000));

/** What a prompt is compiled with. */
export const CompileOrder = z
  .object({
    tenantId: z.string().min(1).max(200).meta({ description: "On whose behalf; echoed, and no right follows from it" }),
    variables: Texts.default({}).meta({ description: "Values for `{{ name }}` in instructions and texts" }),
    metadata: Texts.optional().meta({ description: "Added to the request's metadata" }),
  })
  .meta({ id: "CompileOrder" });
export type CompileOrder = z.infer<typeof CompileOrder>;

/** The request that a model is given, in the form of the OpenAI Responses API. */
export const ModelRequest = z
  .looseObject({
    model: z.string(),
    input: z.array(z.object({ role: z.literal("user"), content: z.array(PromptInput) })),
    instructions: z.string(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: "ModelRequest" });
export type ModelRequest = z.infer<typeof ModelRequest>;

/** A compiled prompt. */
export const CompiledTemplate = z
  .object({
    tenantId: z.string(),
    request: ModelRequest,
    metadata: z.record(z.string(), z.string()),
    tools: z.looseObject({}),
    maxToolCalls: z.int().optional(),
    toolChoice: z.unknown().optional(),
    historyPlan: z.unknown().optional(),
    conversationPolicy: z.unknown().optional(),
  })
  .meta({ id: "CompiledTemplate" });
export type CompiledTemplate = z.infer<typeof CompiledTemplate>;

/** What a prompt is run with. */
export const RunOrder = CompileOrder.extend({
  tenantId: CompileOrder.shape.tenantId.default("default"),
  background: z.boolean().optional().meta({ description: "Let the runner answer before the model has finished" }),
}).meta({ id: "RunOrder" });
export type RunOrder = z.infer<typeof RunOrder>;

/** What became of a run. */
export const RunResult = z
  .object({
    runId: z.string().meta({ description: "`run_` and a UUID" }),
    status: z.enum(["completed", "queued", "in_progress", "incomplete", "failed", "cancelled", "not_configured"]).meta({
      description: "The runner's word; `not_configured`: there is no runner, and `compiled` is what it would get",
    }),
    bufferedMessages: z.array(z.object({ role: z.string(), text: z.string() })),
    reasoning: z.array(z.string()).meta({ description: "Summaries of the model's reasoning" }),
    refusals: z.array(z.string()),
    historyPlan: z.unknown().meta({ description: "The template's; `null` if it has none" }),
    responseId: z.string().optional().meta({ description: "The runner's own id of the response" }),
    compiled: CompiledTemplate.optional(),
  })
  .meta({ id: "RunResult" });
export type RunResult = z.infer<typeof RunResult>;
