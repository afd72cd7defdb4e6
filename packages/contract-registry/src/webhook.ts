import { Timestamp } from "@nofx/contract-kit";
import { z } from "zod";

/** What a webhook wants to hear of: one type, all whose names begin alike, or everything. */
export const EventPattern = z
  .string()
  .max(100)
  .regex(
    /^(?:\*|[a-z][a-z_]*(?:\.[a-z][a-z_]*)*(?:\.\*)?)$/,
    "Use a type such as `agent.version_published`, `agent.*`, or `*`",
  )
  .meta({ id: "EventPattern", examples: ["agent.*"] });

/** An address that is told of your tenant's changes, without its secret. */
export const Webhook = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string().optional(),
    types: z.array(EventPattern),
    active: z.boolean(),
    disabledReason: z.string().optional().meta({ description: "Why it was made inactive, if nobody asked for it" }),
    createdBy: z.string(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    rotatedAt: Timestamp.optional().meta({ description: "When the secret was last replaced" }),
  })
  .meta({ id: "Webhook" });
export type Webhook = z.infer<typeof Webhook>;

export const DeliveryStatus = z.enum(["pending", "delivered", "dead"]).meta({ id: "DeliveryStatus" });

/** One attempt to deliver. */
export const DeliveryAttempt = z
  .object({
    at: Timestamp,
    durationMs: z.int(),
    status: z.int().optional().meta({ description: "HTTP status of the answer, if there was one" }),
    error: z.string().optional().meta({ description: "Why there was no answer" }),
    answer: z.string().optional().meta({ description: "The first kilobyte of the answer" }),
  })
  .meta({ id: "DeliveryAttempt" });
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

/** One change on its way to one webhook. */
export const Delivery = z
  .object({
    id: z.uuid().meta({ description: "Sent as `webhook-id`; the same for every attempt" }),
    webhookId: z.uuid(),
    changeId: z.uuid(),
    type: z.string(),
    status: DeliveryStatus,
    attempts: z.array(DeliveryAttempt).meta({ description: "The latest 20, oldest first" }),
    createdAt: Timestamp,
    nextAttemptAt: Timestamp.optional(),
    deliveredAt: Timestamp.optional(),
  })
  .meta({ id: "Delivery" });
export type Delivery = z.infer<typeof Delivery>;
