import { TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import * as examples from "./examples.ts";

/** One state change. Fields are stable; new ones may be added. */
export const Change = z
  .object({
    id: z.uuid().meta({ description: "What the write answered as `NOFX-Change`" }),
    cursor: z.string().meta({ description: "Continue after this change" }),
    tenant: TenantId,
    visibility: z.enum(["private", "public"]),
    type: z.string().meta({ examples: ["agent.version_published"] }),
    resourceType: z.string(),
    resourceId: z.string(),
    version: z.string().optional(),
    data: z.record(z.string(), z.unknown()),
    at: Timestamp,
    correlationId: z.string(),
  })
  .meta({ id: "Change" });
export type Change = z.infer<typeof Change>;

export const listChanges = defineOperation({
  id: "listChanges",
  method: "GET",
  path: "/api/changes",
  tag: "Changes",
  summary: "Read the change feed",
  description:
    "Every state change in the order in which it took effect, without gaps: your tenant's and the public ones; all for a service. Start without `after`, then pass back `next`. With `wait`, an empty answer is delayed until there is a change or the time is up.",
  access: { scope: "feed:read", anonymous: true },
  query: z.object({
    after: z.string().max(256).optional().meta({ description: "`next` of the answer before, or a change's `cursor`" }),
    limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: "Changes per answer" }),
    wait: z.coerce.number().int().min(0).max(30).default(0).meta({ description: "Seconds to wait for a change" }),
  }),
  success: {
    200: z.object({ changes: z.array(Change), next: z.string().meta({ description: "Pass back as `after`" }) }),
  },
  errors: ["cursor_invalid", "changes_gone"],
  example: examples.listChanges,
});
