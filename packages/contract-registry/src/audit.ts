import { AuditEntry, auditOperations, page, pageQuery, ResourceId } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import * as examples from "./examples.ts";

export { AuditEntry, AuditVerification } from "@nofx/contract-kit";

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

export const { listAudit, verifyAudit, exportAudit } = auditOperations({
  name: "",
  path: "/api/audit",
  tag: "Audit",
  example: {
    since: "2026-11-01T00:00:00.000Z",
    head: { position: 200, hash: `sha256:${"77".repeat(32)}` },
    entry: {
      id: "1841",
      at: "2026-11-22T09:30:00.000Z",
      actor: "token:0197a5b2-5f1c-7c3e-9a53-0c4f6d2b8e11",
      action: "agent.version_published",
      resourceType: "agent",
      resourceId: "code-review",
      version: "2.0.0",
      details: { digest: `sha256:${"5b".repeat(32)}`, currentVersion: "2.0.0", visibility: "public" },
      correlationId: "build-4711",
      changeId: "0197a5b2-6a10-7b8d-8f0e-4a1f2c3d4e5f",
      seal: { position: 212, hash: `sha256:${"c4".repeat(32)}`, previousHash: `sha256:${"1e".repeat(32)}` },
    },
  },
});
