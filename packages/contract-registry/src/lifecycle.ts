import {
  dryRunQuery,
  namesSuccessorRightly,
  ResourceId,
  SemVer,
  statusOutcome,
  successorOnlyIfDeprecated,
  TenantId,
} from "@nofx/contract-kit";
import { z } from "zod";
import { AgentStatus, AgentSummary, AgentVersionSummary, agentParams } from "./agent.ts";
import { defineOperation } from "./errors.ts";
import { Impact } from "./impact.ts";

const reason = z.string().trim().min(1).max(500).meta({
  description: "Why. Kept in the audit log, and shown as `statusReason` to everyone who may read the agent",
});
const example = { reason: "Superseded by review-suite", at: "2026-11-22T09:30:00.000Z" };

export const setAgentStatus = defineOperation({
  id: "setAgentStatus",
  method: "POST",
  path: "/api/agents/{agentId}/status",
  tag: "Lifecycle",
  summary: "Deprecate, disable or revive an agent",
  description:
    "Any status can follow any other, so that disabling and taking it back are one call each. A deprecated agent still resolves, and says why and what to use instead. A disabled agent is there for its own tenant only, and resolves for nobody. The same status with another reason or successor amends it.",
  access: { scope: "agents:admin" },
  params: agentParams,
  query: z.object(dryRunQuery),
  body: z
    .object({
      status: AgentStatus,
      reason,
      successor: z
        .object({ agentId: ResourceId, tenant: TenantId.optional().meta({ description: "Default: your tenant" }) })
        .optional()
        .meta({ description: "What to use instead: an agent that everyone who reads this one may read" }),
    })
    .refine(namesSuccessorRightly, successorOnlyIfDeprecated),
  idempotent: true,
  ifMatch: true,
  success: { 200: z.object({ outcome: statusOutcome, dryRun: z.boolean(), agent: AgentSummary, impact: Impact }) },
  errors: ["agent_not_found", "successor_refused"],
  example: {
    arguments: {
      agentId: "code-review",
      body: { status: "deprecated", reason: example.reason, successor: { agentId: "review-suite" } },
    },
    answer: {
      outcome: "changed",
      dryRun: false,
      agent: {
        id: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11",
        tenant: "acme",
        agentId: "code-review",
        name: "Code review",
        status: "deprecated",
        statusReason: example.reason,
        deprecatedAt: example.at,
        successor: { tenant: "acme", agentId: "review-suite" },
        visibility: "public",
        currentVersion: "2.0.0",
        capabilities: [{ id: "review-diff", label: "Review a diff" }],
        tags: ["engineering"],
        updatedAt: example.at,
      },
      impact: {
        fields: [{ path: "$.status", before: "active", after: "deprecated" }],
        versionsAbove: [],
        channels: [],
        dependents: [
          {
            tenant: "acme",
            agentId: "release-train",
            version: "1.2.0",
            status: "active",
            range: "^2.0.0",
            satisfied: true,
          },
        ],
        dependentsTruncated: false,
        templates: {
          status: "known",
          dependents: [
            {
              tenant: "acme",
              templateId: "release-train",
              version: "2.0.0",
              environment: "production",
              locked: "2.0.0",
            },
          ],
          truncated: false,
        },
      },
    },
  },
});

export const setVersionStatus = defineOperation({
  id: "setVersionStatus",
  method: "POST",
  path: "/api/agents/{agentId}/versions/{version}/status",
  tag: "Lifecycle",
  summary: "Release, deprecate, archive or revive a version",
  description:
    "A draft can become active, which releases it: the current version moves as by a publish. An active version can be deprecated or archived, a deprecated one made active or archived, an archived one made active. A deprecated version resolves only if no active one will do; an archived one only by its exact number. The current version, a channel's and a successor cannot be archived. `impact` tells whom it concerns, such as the templates that lock this version; with `dryRun` nothing else happens.",
  access: { scope: "agents:admin" },
  params: agentParams.extend({ version: SemVer }),
  query: z.object(dryRunQuery),
  body: z
    .object({
      status: z.enum(["active", "deprecated", "archived"]),
      reason,
      successor: SemVer.optional().meta({ description: "The version of the same agent to use instead" }),
    })
    .refine(namesSuccessorRightly, successorOnlyIfDeprecated),
  idempotent: true,
  ifMatch: true,
  success: {
    200: z.object({
      outcome: statusOutcome,
      dryRun: z.boolean(),
      agent: AgentSummary,
      version: AgentVersionSummary,
      impact: Impact,
    }),
  },
  errors: ["agent_not_found", "version_not_found", "status_transition_refused", "version_in_use", "successor_refused"],
  example: {
    arguments: {
      agentId: "code-review",
      version: "1.3.0",
      body: { status: "deprecated", reason: "Misses findings in generated code", successor: "2.0.0" },
    },
    answer: {
      outcome: "changed",
      dryRun: false,
      agent: {
        id: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11",
        tenant: "acme",
        agentId: "code-review",
        name: "Code review",
        status: "active",
        visibility: "public",
        currentVersion: "2.0.0",
        capabilities: [{ id: "review-diff", label: "Review a diff" }],
        tags: ["engineering"],
        updatedAt: example.at,
      },
      version: {
        id: "c1b7d7f0-8f0e-4a3a-9a53-0c8f0f6e2d22",
        version: "1.3.0",
        status: "deprecated",
        statusReason: "Misses findings in generated code",
        deprecatedAt: example.at,
        successor: "2.0.0",
        digest: `sha256:${"a1".repeat(32)}`,
        checksum: `sha256:${"a1".repeat(32)}`,
        publishedAt: "2026-09-01T08:00:00.000Z",
        publishedBy: "token:ci",
      },
      impact: {
        fields: [{ path: "$.versions[?@.version=='1.3.0'].status", before: "active", after: "deprecated" }],
        versionsAbove: [],
        channels: [],
        dependents: [],
        dependentsTruncated: false,
        templates: {
          status: "known",
          dependents: [{ tenant: "acme", templateId: "nightly-review", version: "1.0.4", locked: "1.3.0" }],
          truncated: false,
        },
      },
    },
  },
});
