import { z } from "zod";
import { instantOf } from "./instant.ts";
import { isDescending, isStrictlyMonotone } from "./sequence.ts";

// Every object is loose: a server may always add fields.

/** Aborts, so that no comparison sees what is no timestamp. */
const Timestamp = z.iso.datetime({ offset: true, abort: true });
const TemplateId = z
  .string()
  .regex(/^tmpl_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, "not tmpl_<uuid>");
const SafetyIdentifier = z.string().regex(/^focus-[\p{L}\p{N}_-]{0,48}$/u, "not focus-<slug of at most 48>");
const Metadata = z.record(z.string(), z.string());

/** Callers read what the facts name without "?", so it has to be there; of some fields nothing more is known. */
const present = z.unknown().refine((value) => value !== undefined, "is missing");
/** Left out when there is none; never null. */
const absentOrGiven = z
  .unknown()
  .refine((value) => value !== null, "is null instead of absent")
  .optional();

const options = {
  maxToolCalls: z.number().optional(),
  toolChoice: absentOrGiven,
  historyPlan: absentOrGiven,
  conversationPolicy: absentOrGiven,
};

const InputItem = z.looseObject({
  id: z.string(),
  type: z.enum(["input_text", "input_image", "input_file", "input_audio"]),
  text: z.string().optional(),
  image_url: z.string().optional(),
  file_id: z.string().optional(),
  audio: z.string().optional(),
  format: z.string().optional(),
});

const Channels = z.looseObject({ slack: z.boolean(), email: z.boolean(), inApp: z.boolean() });
const ChannelFlags = Channels.partial();

const HistoryEntry = z.looseObject({
  version: z.int(),
  description: z.string(),
  instructions: z.string(),
  updatedAt: Timestamp,
});
const HistoryEntries = z
  .array(HistoryEntry)
  .refine((entries) => isStrictlyMonotone(entries.map(({ version }) => version)), "versions are not strictly monotone");

/** A template, as it is answered on its own and in lists. */
export const BuilderTemplate = z
  .looseObject({
    id: TemplateId,
    name: z.string(),
    description: z.string(),
    instructions: z.string(),
    model: z.string(),
    input: z.array(InputItem),
    metadata: Metadata,
    channels: Channels,
    tools: z.looseObject({ builtin: z.array(z.unknown()).optional(), include: z.array(z.string()).optional() }),
    ...options,
    deployments: z.looseObject({
      development: ChannelFlags.optional(),
      staging: ChannelFlags.optional(),
      production: ChannelFlags.optional(),
    }),
    safetyIdentifier: SafetyIdentifier,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    history: HistoryEntries,
  })
  .refine(({ createdAt, updatedAt }) => instantOf(createdAt) <= instantOf(updatedAt), "updated before it was created");
export type BuilderTemplate = z.infer<typeof BuilderTemplate>;

/** The answer of the list: the latest update first, each template once. */
export const TemplateList = z.looseObject({
  templates: z
    .array(BuilderTemplate)
    .refine((all) => isDescending(all.map(({ updatedAt }) => instantOf(updatedAt))), "not the latest update first")
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "a template is listed twice"),
});

/** The answer of the history. */
export const History = z.looseObject({ history: HistoryEntries.max(20) });

/** The answer of compile: one model request. */
export const Compiled = z.looseObject({
  tenantId: z.string(),
  request: z.looseObject({
    model: z.string(),
    input: z
      .array(z.looseObject({ role: z.literal("user"), content: z.union([z.string(), z.array(z.unknown())]) }))
      .min(1),
    instructions: z.string(),
    metadata: z
      .object({ template_id: TemplateId, template_name: z.string(), safety_identifier: SafetyIdentifier })
      .catchall(z.string()),
  }),
  metadata: Metadata,
  tools: z.union([z.array(z.unknown()), z.looseObject({})]),
  ...options,
});

/** The answer of run. A server without a model says so in `status`. */
export const Run = z
  .looseObject({
    runId: z.string().regex(/^run_.+$/, "not run_…"),
    bufferedMessages: z.array(z.unknown()),
    reasoning: present,
    refusals: z.array(z.unknown()),
    historyPlan: present,
    status: z.string().optional(),
  })
  .refine(
    ({ status, bufferedMessages }) => status !== "not_configured" || bufferedMessages.length === 0,
    "messages without a model",
  );
