import { page, pageQuery, ResourceId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import * as examples from "./examples.ts";

/** One thing that somebody did. Entries are never changed or removed. */
export const AuditEntry = z
  .object({
    id: z.string().meta({ description: "Increases with time within a tenant" }),
    at: Timestamp,
    actor: z.string().meta({ description: "Subject of the token" }),
    action: z.string().meta({ examples: ["agent.version_published"] }),
    resourceType: z.string(),
    resourceId: z.string(),
    version: z.string().optional(),
    reason: z.string().optional(),
    details: z.record(z.string(), z.unknown()),
    correlationId: z.string(),
    changeId: z.uuid().optional().meta({ description: "The change in the feed that belongs to it" }),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const listAgentAudit = defineOperation({
  id: "listAgentAudit",
  method: "GET",
  path: "/api/agents/{agentId}/audit",
  tag: "Audit",
  summary: "List what was done to an agent",
  description: "The audit entries of one of your tenant's agents, newest first.",
  access: { scope: "audit:read" },
  params: z.object({ agentId: ResourceId }),
  query: z.object({
    ...pageQuery,
    action: z
      .string()
      .max(64)
      .regex(/^[a-z]+\.[a-z_]+$/, "Use an action such as `agent.rolled_back`")
      .optional()
      .meta({ description: "Only entries of this action; `agent.rolled_back` gives the history of rollbacks" }),
  }),
  success: { 200: page("entries", AuditEntry) },
  example: examples.listAgentAudit,
  errors: ["agent_not_found"],
});
