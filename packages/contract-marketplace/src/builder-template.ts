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
    z.looseObject({
      id: inputId,
      type: z.literal("input_text"),
      text: z.string().max(promptLimits.textMax).meta({ description: "The text, in which `{{ name }}` is a variable" }),
    }),
    z
      .looseObject({
        id: inputId,
        type: z.literal("input_image"),
        image_url: reference.optional().meta({ description: "Where the image is" }),
        file_id: reference.optional().meta({ description: "The image as an uploaded file" }),
      })
      .refine(({ image_url, file_id }) => image_url !== undefined || file_id !== undefined, {
        path: ["image_url"],
        error: "Give `image_url` or `file_id`",
      }),
    z.looseObject({
      id: inputId,
      type: z.literal("input_file"),
      file_id: reference.meta({ description: "The uploaded file" }),
    }),
    z.looseObject({
      id: inputId,
      type: z.literal("input_audio"),
      audio: z.string().min(1).meta({ description: "The recording in base64" }),
      format: z.string().min(1).max(32).meta({ description: "Format of the recording, such as `mp3`" }),
    }),
  ])
  .meta({ id: "PromptInput", description: "One part of what the model is given beside its instructions" });
export type PromptInput = z.infer<typeof PromptInput>;

const Texts = z.record(z.string().max(200), z.string().max(10_000));
const builderChannels = ["slack", "email", "inApp"] as const;
const Channel = z.enum(builderChannels);
const Environment = z.enum(["development", "staging", "production"]);
const Channels = z.object({
  slack: z.boolean().meta({ description: "In Slack" }),
  email: z.boolean().meta({ description: "By e-mail" }),
  inApp: z.boolean().meta({ description: "In the application" }),
});

/** Tools of the model: built-in ones by name, or as objects with a `type`; `include` is passed on. */
const Tools = z
  .looseObject({
    builtin: z
      .array(
        z.union([
          z.string().min(1).max(100),
          z.looseObject({ type: z.string().min(1).max(100).meta({ description: "Which tool" }) }),
        ]),
      )
      .optional()
      .meta({ description: "Tools that the model has built in: names, or objects with a `type`" }),
    include: z
      .array(z.string().max(200))
      .optional()
      .meta({ description: "What the answer tells beside its text; passed on" }),
  })
  .meta({ id: "PromptTools", description: "Tools of the model" });

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
  instructions: fields.instructions.meta({ description: "What the model is told to do; `{{ name }}` is a variable" }),
  input: fields.input.meta({ description: "What the model is given beside its instructions" }),
  model: fields.model.optional().meta({ description: "The model that is asked" }),
  metadata: fields.metadata.optional().meta({ description: "Free texts, passed on to the model's provider" }),
  channels: Channels.partial().optional().meta({ description: "Where answers are delivered" }),
  tools: fields.tools.optional(),
  maxToolCalls: optional.maxToolCalls.optional().meta({ description: "Most calls of tools in one answer" }),
  toolChoice: optional.toolChoice.optional().meta({ description: "Which tool to use; passed on" }),
  historyPlan: optional.historyPlan
    .optional()
    .meta({ description: "How much of a conversation is kept; kept as it is" }),
  conversationPolicy: optional.conversationPolicy
    .optional()
    .meta({ description: "Rules of a conversation; kept as it is" }),
  safetyIdentifier: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "Who asks, for the provider's checks on misuse" }),
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
