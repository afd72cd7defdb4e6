import { Digest, dryRunQuery, Finding, page, pageQuery, rawContent, SemVer, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { AgentDetail, AgentVersionSummary, agentParams, PublishResult, read, tenantQuery } from "./agent.ts";
import { defineOperation } from "./errors.ts";
import * as examples from "./examples.ts";
import { Impact } from "./impact.ts";
import { AgentManifest, AgentVersionDocument, FilePath } from "./manifest.ts";

export const getAgent = defineOperation({
  id: "getAgent",
  method: "GET",
  path: "/api/agents/{agentId}",
  tag: "Agents",
  summary: "Get one agent",
  description:
    "The agent with its highest 100 versions. The ETag is strong, and good as If-Match of operations that change the agent.",
  access: read,
  params: agentParams,
  query: z.object(tenantQuery),
  success: { 200: z.object({ agent: AgentDetail }) },
  example: examples.getAgent,
  errors: ["agent_not_found"],
});

export const listAgentVersions = defineOperation({
  id: "listAgentVersions",
  method: "GET",
  path: "/api/agents/{agentId}/versions",
  tag: "Agents",
  summary: "List an agent's versions",
  description: "Every version, highest semver precedence first.",
  access: read,
  params: agentParams,
  query: z.object({ ...pageQuery, ...tenantQuery }),
  success: { 200: page("versions", AgentVersionSummary) },
  example: examples.listAgentVersions,
  errors: ["agent_not_found"],
});

export const getAgentVersion = defineOperation({
  id: "getAgentVersion",
  method: "GET",
  path: "/api/agents/{agentId}/versions/{version}",
  tag: "Agents",
  summary: "Get a published version",
  description:
    'The published document in its canonical form (RFC 8785). It never changes: the SHA-256 of these bytes is the version\'s digest and its ETag. `Deprecation` (RFC 9745) and `Link: rel="successor-version"` tell if it or its agent is deprecated. An active version may be cached for a year, and such a copy does not hear of a later deprecation: ask resolveAgent what to run.',
  access: read,
  params: agentParams.extend({ version: SemVer }),
  query: z.object(tenantQuery),
  success: { 200: AgentVersionDocument },
  example: examples.getAgentVersion,
  errors: ["agent_not_found", "version_not_found"],
});

export const getAgentFile = defineOperation({
  id: "getAgentFile",
  method: "GET",
  path: "/api/agents/{agentId}/versions/{version}/files/{path+}",
  tag: "Agents",
  summary: "Get a file of a published version",
  description: "A prompt or asset as it was published. It never changes; the ETag is the SHA-256 of the bytes.",
  access: read,
  params: agentParams.extend({ version: SemVer, path: FilePath }),
  query: z.object(tenantQuery),
  success: { 200: rawContent("*/*", "The file's bytes, with the media type of its name") },
  example: examples.getAgentFile,
  errors: ["agent_not_found", "version_not_found", "file_not_found"],
});

export const publishAgent = defineOperation({
  id: "publishAgent",
  method: "POST",
  path: "/api/agents/publish",
  tag: "Agents",
  summary: "Publish a version of an agent",
  description:
    "Publishes one immutable version in your tenant, and the agent with it if it is the first. The same content again answers 200 `identical`; other content under a published version answers 409 with the differences. A version number that says less than what has changed since the release below it is refused, unless the tenant's settings say otherwise. The current version moves to the new one if that is stable and higher, and not a draft; setVersionStatus releases a draft. An agent that is deprecated or disabled stays so.",
  access: { scope: "agents:publish" },
  query: z
    .object({
      dryRun: z.enum(["true", "false"]).default("false").meta({ description: "Judge, and write nothing" }),
      draft: z.enum(["true", "false"]).default("false").meta({
        description: "Publish as a draft: seen by your tenant only, not current, found by its exact number only",
      }),
      visibility: Visibility.optional().meta({
        description: "Who may read the agent; default: as it is, `private` for a new agent",
      }),
    })
    .refine(({ draft, visibility }) => draft === "false" || visibility === undefined, {
      message: "A draft concerns your tenant only; change the visibility by another publish",
      path: ["visibility"],
    }),
  body: AgentManifest,
  bodyCheckedBy: "use-case",
  agentInBody: true,
  idempotent: true,
  success: { 200: PublishResult, 201: PublishResult },
  example: examples.publishAgent,
  errors: ["manifest_invalid", "version_conflict", "version_bump_too_small", "draft_needs_release"],
});

export const validateAgent = defineOperation({
  id: "validateAgent",
  method: "POST",
  path: "/api/agents/validate",
  tag: "Agents",
  summary: "Validate a manifest",
  description: "Reports everything that publishing would object to, at once, and what it would warn about.",
  access: { anyone: true },
  body: AgentManifest,
  bodyCheckedBy: "use-case",
  success: {
    200: z.object({
      valid: z.boolean(),
      errors: z.array(Finding),
      warnings: z.array(Finding),
      digest: Digest.optional().meta({ description: "Digest that the version would have; only if valid" }),
    }),
  },
  example: examples.validateAgent,
  errors: [],
});

export const rollbackAgent = defineOperation({
  id: "rollbackAgent",
  method: "POST",
  path: "/api/agents/{agentId}/rollback",
  tag: "Agents",
  summary: "Roll an agent back to an earlier version",
  description:
    "Makes a published version current again, with everything that is derived from it: name, description, capabilities, tags and metadata. An event like any other: audited, in the feed, and itself reversible. It does not revive a disabled agent. `impact` tells what changes and whom it concerns; with `dryRun` nothing else happens. The history of rollbacks is listAgentAudit with `action=agent.rolled_back`.",
  access: { scope: "agents:admin" },
  params: agentParams,
  query: z.object(dryRunQuery),
  body: z.object({
    targetVersion: SemVer,
    reason: z.string().trim().min(1).max(500).meta({ description: "Why; kept in the audit log" }),
  }),
  idempotent: true,
  ifMatch: true,
  success: { 200: z.object({ agent: AgentDetail, from: SemVer, to: SemVer, dryRun: z.boolean(), impact: Impact }) },
  example: examples.rollbackAgent,
  errors: ["agent_not_found", "version_not_found", "rollback_refused"],
});
