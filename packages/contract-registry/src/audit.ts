import {
  AuditEntry,
  AuditVerification,
  auditExport,
  auditQuery,
  auditVerificationQuery,
  page,
  pageQuery,
  ResourceId,
} from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import * as examples from "./examples.ts";

export { AuditEntry, AuditVerification } from "@nofx/contract-kit";

const access = { scope: "audit:read" } as const;

const entry = {
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
};

export const listAgentAudit = defineOperation({
  id: "listAgentAudit",
  method: "GET",
  path: "/api/agents/{agentId}/audit",
  tag: "Audit",
  summary: "List what was done to an agent",
  description: "The audit entries of one of your tenant's agents, newest first.",
  access,
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

export const listAudit = defineOperation({
  id: "listAudit",
  method: "GET",
  path: "/api/audit",
  tag: "Audit",
  summary: "List what was done in your tenant",
  description:
    "Your tenant's audit entries, newest first: those to which all given filters apply. An entry gets its seal, its place in the tenant's hash chain, within a moment after it was written.",
  access,
  query: auditQuery,
  success: { 200: page("entries", AuditEntry) },
  example: {
    arguments: { resourceType: "agent", resourceId: "code-review", since: "2026-11-01T00:00:00.000Z", limit: 1 },
    answer: { entries: [entry] },
  },
  errors: [],
});

export const verifyAudit = defineOperation({
  id: "verifyAudit",
  method: "GET",
  path: "/api/audit/verify",
  tag: "Audit",
  summary: "Verify that the audit log is what it was",
  description:
    "Hashes your tenant's audit entries anew and follows the chain, up to `limit` of them from `from` on; while the answer has `next`, call again with it. The first entry that is not what was sealed is named. Entries cut off at the end, and a log written anew as a whole, are found only with a head that you kept from an earlier answer: pass its `position` and `hash`.",
  access,
  query: auditVerificationQuery,
  success: { 200: AuditVerification },
  example: {
    arguments: { position: 200, hash: `sha256:${"77".repeat(32)}` },
    answer: { valid: true, verified: 212, head: { position: 212, hash: entry.seal.hash }, pending: 0 },
  },
  errors: [],
});

export const exportAudit = defineOperation({
  id: "exportAudit",
  method: "GET",
  path: "/api/audit/export",
  tag: "Audit",
  summary: "Export the audit log",
  description:
    "Every sealed entry of your tenant in the order of the chain, as lines of JSON, streamed. With Node and the source of this project, `npm run audit:verify -- <file>` verifies it without the service.",
  access,
  success: { 200: auditExport },
  // Nothing is asked, and the answer is lines of text.
  example: {},
  errors: [],
});
