import { Timestamp } from "@nofx/contract-kit";
import { z } from "zod";

/** Limits of a prompt's parts, in characters. */
export const promptLimits = {
  nameMax: 200,
  descriptionMax: 10_000,
  instructionsMax: 200_000,
  inputsMax: 100,
  textMax: 200_000,
} as const;

const reference = z.string().min(1).max(promptLimits.textMax);
const inputId = z.string().min(1).max(128).optional().meta({ description: "Made for you if you leave it out" });

/** One part of what the model is given beside its instructions. */
export const PromptInput = z
  .discriminatedUnion("type", [
    z.looseObject({ id: inputId, type: z.literal("input_text"), text: z.string().max(promptLimits.textMax) }),
    z
      .looseObject({
        id: inputId,
        type: z.literal("input_image"),
        image_url: reference.optional(),
        file_id: reference.optional(),
      })
      .refine(({ image_url, file_id }) => image_url !== undefined || file_id !== undefined, {
        path: ["image_url"],
        error: "Give `image_url` or `file_id`",
      }),
    z.looseObject({ id: inputId, type: z.literal("input_file"), file_id: reference }),
    z.looseObject({
      id: inputId,
      type: z.literal("input_audio"),
      audio: z.string().min(1),
      format: z.string().min(1).max(32),
    }),
  ])
  .meta({ id: "PromptInput" });
export type PromptInput = z.infer<typeof PromptInput>;

const Texts = z.record(z.string().max(200), z.string().max(10_000));
const builderChannels = ["slack", "email", "inApp"] as const;
const Channel = z.enum(builderChannels);
const Environment = z.enum(["development", "staging", "production"]);
const Channels = z.object({ slack: z.boolean(), email: z.boolean(), inApp: z.boolean() });

/** Tools of the model: built-in ones by name, or as objects with a `type`; `include` is passed on. */
const Tools = z
  .looseObject({
    builtin: z
      .array(z.union([z.string().min(1).max(100), z.looseObject({ type: z.string().min(1).max(100) })]))
      .optional(),
    include: z.array(z.string().max(200)).optional(),
  })
  .meta({ id: "PromptTools" });

const fields = {
  name: z.string().trim().min(1).max(promptLimits.nameMax),
  description: z.string().max(promptLimits.descriptionMax),
  instructions: z.string().min(1).max(promptLimits.instructionsMax),
  model: z.string().min(1).max(200),
  input: z.array(PromptInput).min(1).max(promptLimits.inputsMax),
  metadata: Texts,
  channels: Channels,
  tools: Tools,
};

/** What may be left out altogether; `null` in an update takes it away. */
const optional = {
  maxToolCalls: z.int().min(1).max(1000),
  toolChoice: z.union([z.string().min(1).max(100), z.looseObject({})]),
  historyPlan: z.unknown(),
  conversationPolicy: z.unknown(),
};

/** A prompt as the content of a template: what is left out is as in a new prompt, and what nobody knows of stays. */
export const promptContent = {
  instructions: fields.instructions,
  input: fields.input,
  model: fields.model.optional(),
  metadata: fields.metadata.optional(),
  channels: Channels.partial().optional(),
  tools: fields.tools.optional(),
  maxToolCalls: optional.maxToolCalls.optional(),
  toolChoice: optional.toolChoice.optional(),
  historyPlan: optional.historyPlan.optional(),
  conversationPolicy: optional.conversationPolicy.optional(),
  safetyIdentifier: z.string().min(1).max(200).optional(),
};

/** What a new prompt is made of. */
export const NewBuilderTemplate = z
  .object({
    name: fields.name,
    description: fields.description.default(""),
    instructions: fields.instructions,
    model: fields.model.default("gpt-4.1-mini"),
    input: fields.input,
    metadata: fields.metadata.default({}),
    channels: Channels.extend({
      slack: z.boolean().default(false),
      email: z.boolean().default(false),
      inApp: z.boolean().default(true),
    }).prefault({}),
    tools: fields.tools.default({}),
    maxToolCalls: optional.maxToolCalls.optional(),
    toolChoice: optional.toolChoice.optional(),
    historyPlan: optional.historyPlan.optional(),
    conversationPolicy: optional.conversationPolicy.optional(),
  })
  .meta({ id: "NewBuilderTemplate" });
export type NewBuilderTemplate = z.infer<typeof NewBuilderTemplate>;

/** What an update changes; what it does not name stays. */
export const BuilderTemplateUpdate = z
  .object({
    ...fields,
    channels: Channels.partial(),
    maxToolCalls: optional.maxToolCalls.nullable(),
    toolChoice: optional.toolChoice.nullable(),
    historyPlan: optional.historyPlan,
    conversationPolicy: optional.conversationPolicy,
  })
  .partial()
  .meta({ id: "BuilderTemplateUpdate" });
export type BuilderTemplateUpdate = z.infer<typeof BuilderTemplateUpdate>;

/** One state of a prompt's past. Numbers grow by one. */
export const BuilderHistoryEntry = z
  .object({
    version: z.int().min(1),
    description: z.string(),
    instructions: z.string(),
    updatedAt: Timestamp,
  })
  .meta({ id: "BuilderHistoryEntry" });
export type BuilderHistoryEntry = z.infer<typeof BuilderHistoryEntry>;

/** A prompt as the builder shows it. */
export const BuilderTemplate = z
  .looseObject({
    id: z.string().meta({ description: "`tmpl_` and a UUID" }),
    ...fields,
    input: z.array(PromptInput),
    maxToolCalls: optional.maxToolCalls.optional(),
    toolChoice: optional.toolChoice.optional(),
    historyPlan: optional.historyPlan.optional(),
    conversationPolicy: optional.conversationPolicy.optional(),
    deployments: z
      .partialRecord(Environment, z.partialRecord(Channel, z.boolean()))
      .meta({ description: "Environment → channel → whether it is switched on there" }),
    safetyIdentifier: z.string(),
    createdAt: Timestamp,
    updatedAt: Timestamp.meta({ description: "Later with every update" }),
    history: z.array(BuilderHistoryEntry),
    version: z.string().meta({ description: "Semantic version of what is shown, in the marketplace" }),
  })
  .meta({ id: "BuilderTemplate" });
export type BuilderTemplate = z.infer<typeof BuilderTemplate>;

/** Where a prompt is to be switched on or off. */
export const Deployment = z
  .object({ environment: Environment, channel: Channel, enabled: z.boolean() })
  .meta({ id: "BuilderDeployment" });
export type Deployment = z.infer<typeof Deployment>;
