import { Digest, deprecationSchema, ResourceId, SemVer, TenantId, VersionStatus, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { agentParams, read, tenantQuery } from "./agent.ts";
import { ChannelName } from "./channel.ts";
import { defineOperation } from "./errors.ts";

/** How many agents resolveAgents takes at once. */
export const resolveMax = 500;

const wanted = {
  range: z.string().trim().min(1).max(256).optional().meta({
    description:
      "Version range as npm reads it, such as `^1.2`. Pre-releases match only ranges that name one of the same version",
  }),
  channel: ChannelName.optional().meta({ description: "Such as `beta`; `latest` is the current version" }),
  version: SemVer.optional().meta({ description: "Exactly this version, whatever its status" }),
};
const onlyOne = {
  message: "Give at most one of `range`, `channel` and `version`",
  path: ["range"],
};
const isOne = ({ range, channel, version }: { range?: unknown; channel?: unknown; version?: unknown }): boolean =>
  [range, channel, version].filter((value) => value !== undefined).length <= 1;

/** Told with a version that is deprecated, or whose agent is. */
export const Deprecation = deprecationSchema("agent", { agentId: ResourceId });
export type Deprecation = z.infer<typeof Deprecation>;

/** The version that an agent's id, with a range, a channel or nothing more, stands for now. */
export const Resolution = z
  .object({
    tenant: TenantId,
    agentId: ResourceId,
    version: SemVer,
    digest: Digest,
    status: VersionStatus,
    requested: z.object(wanted).meta({ description: "What was asked for; `latest` if nothing in particular" }),
    url: z.string().meta({ description: "Address of the version's document, relative to this one's origin" }),
    deprecation: Deprecation.optional(),
  })
  .meta({ id: "Resolution" });
export type Resolution = z.infer<typeof Resolution>;

const example = {
  tenant: "acme",
  agentId: "code-review",
  version: "2.0.0",
  digest: `sha256:${"a1".repeat(32)}`,
  status: "active",
  requested: { range: "^2.0.0" },
  url: "/api/agents/code-review/versions/2.0.0?tenant=acme",
};

export const resolveAgent = defineOperation({
  id: "resolveAgent",
  method: "GET",
  path: "/api/agents/{agentId}/resolve",
  tag: "Resolve",
  summary: "Find the version to run",
  description:
    "What an orchestrator asks before it runs an agent. A range stands for the highest active version in it, or for the highest deprecated one if there is no active one; drafts and archived versions are passed over. Without range, channel or version: the current version. Disabled agents are not found. `Deprecation` and `Link` headers tell of what is deprecated.",
  access: read,
  params: agentParams,
  query: z.object({ ...wanted, ...tenantQuery }).refine(isOne, onlyOne),
  success: { 200: Resolution },
  errors: ["agent_not_found", "version_not_found", "channel_not_found", "range_unsatisfied"],
  example: { arguments: { agentId: "code-review", range: "^2.0.0" }, answer: example },
});

/** What became of one agent of a batch. */
export const ResolveResult = z
  .discriminatedUnion("ok", [
    Resolution.extend({ ok: z.literal(true) }),
    z.object({
      ok: z.literal(false),
      problem: z.object({ code: z.string(), title: z.string(), detail: z.string() }),
    }),
  ])
  .meta({ id: "ResolveResult" });
export type ResolveResult = z.infer<typeof ResolveResult>;

export const resolveAgents = defineOperation({
  id: "resolveAgents",
  method: "POST",
  path: "/api/agents/resolve",
  tag: "Resolve",
  summary: "Find the versions of many agents at once",
  description:
    "Up to 500 agents, each as resolveAgent takes it. Results come in the order of the request; one that cannot be resolved carries its own problem and does not hinder the others. It changes nothing and takes no Idempotency-Key.",
  access: read,
  body: z.object({
    agents: z
      .array(z.object({ agentId: ResourceId, ...tenantQuery, ...wanted }).refine(isOne, onlyOne))
      .min(1)
      .max(resolveMax),
  }),
  success: { 200: z.object({ results: z.array(ResolveResult) }) },
  errors: [],
  example: {
    arguments: {
      body: {
        agents: [
          { agentId: "code-review", range: "^2.0.0" },
          { agentId: "release-train", tenant: "globex", channel: "beta" },
        ],
      },
    },
    answer: {
      results: [
        { ok: true, ...example },
        {
          ok: false,
          problem: {
            code: "channel_not_found",
            title: "No such channel",
            detail: "globex/release-train has no channel beta.",
          },
        },
      ],
    },
  },
});

/** How many versions of one agent getAgentCandidates tells. */
export const candidatesMax = 200;

/** A version that a range may be resolved to. */
export const AgentCandidate = z
  .object({
    version: SemVer,
    digest: Digest,
    status: z.enum(["active", "deprecated"]),
    dependencies: z.array(z.object({ tenant: TenantId, agentId: ResourceId, range: z.string() })),
  })
  .meta({ id: "AgentCandidate" });
export type AgentCandidate = z.infer<typeof AgentCandidate>;

/** The candidates of one agent, or why there are none. */
export const CandidatesResult = z
  .discriminatedUnion("ok", [
    z.object({
      ok: z.literal(true),
      tenant: TenantId,
      agentId: ResourceId,
      visibility: Visibility,
      deprecated: z.boolean().meta({ description: "The agent as a whole is" }),
      currentVersion: SemVer,
      versions: z
        .array(AgentCandidate)
        .meta({ description: "The 200 highest that are active or deprecated, highest first" }),
    }),
    z.object({
      ok: z.literal(false),
      problem: z.object({ code: z.string(), title: z.string(), detail: z.string() }),
    }),
  ])
  .meta({ id: "CandidatesResult" });
export type CandidatesResult = z.infer<typeof CandidatesResult>;

export const getAgentCandidates = defineOperation({
  id: "getAgentCandidates",
  method: "POST",
  path: "/api/agents/candidates",
  tag: "Resolve",
  summary: "List what ranges of many agents may be resolved to",
  description:
    "Up to 500 agents, each with the versions that a range can stand for and what they depend on: what a resolver of whole graphs needs to know, in one call. Results come in the order of the request. It changes nothing and takes no Idempotency-Key.",
  access: read,
  body: z.object({
    agents: z
      .array(z.object({ agentId: ResourceId, ...tenantQuery }))
      .min(1)
      .max(resolveMax),
  }),
  success: { 200: z.object({ results: z.array(CandidatesResult) }) },
  errors: [],
  example: {
    arguments: { body: { agents: [{ agentId: "code-review" }, { agentId: "nobody", tenant: "globex" }] } },
    answer: {
      results: [
        {
          ok: true,
          tenant: "acme",
          agentId: "code-review",
          visibility: "public",
          deprecated: false,
          currentVersion: "2.0.0",
          versions: [
            {
              version: "2.0.0",
              digest: `sha256:${"a1".repeat(32)}`,
              status: "active",
              dependencies: [{ tenant: "acme", agentId: "linter", range: "^1.0.0" }],
            },
            { version: "1.0.0", digest: `sha256:${"b2".repeat(32)}`, status: "deprecated", dependencies: [] },
          ],
        },
        {
          ok: false,
          problem: {
            code: "agent_not_found",
            title: "No such agent",
            detail: "No such agent",
          },
        },
      ],
    },
  },
});
