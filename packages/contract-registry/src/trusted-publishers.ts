import { Finding, page, pageQuery, ResourceId, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";

/** Claims that a workload's token must have, each with exactly this value. */
export const WorkloadClaims = z
  .record(z.string().regex(/^[^\s\p{Cc}]{1,200}$/u, "Name a claim as the token does"), z.string().min(1).max(500))
  .refine((claims) => Object.keys(claims).length <= 20, { message: "Name at most 20 claims" })
  .meta({
    id: "WorkloadClaims",
    description:
      "Claims that the workload's token must have, each with exactly this value, upper and lower case told apart. `workflow_ref`, `job_workflow_ref` and `ci_config_ref_uri` may end in `@*`: that workflow file at any ref. There are no other patterns.",
  });

const names = z.array(ResourceId).max(100);
const agentsMeta = { description: "Agents that it may publish; they need not exist yet" };
const templatesMeta = { description: "Templates that it may publish; they need not exist yet" };

/** Who may publish without a stored secret: the workloads of an issuer whose tokens have these claims. */
export const TrustedPublisher = z
  .object({
    id: z.uuid(),
    tenant: TenantId,
    name: z.string(),
    issuer: z.string(),
    claims: WorkloadClaims,
    agents: names.meta(agentsMeta),
    templates: names.optional().meta({ description: `${templatesMeta.description}; absent: none` }),
    createdBy: z.string(),
    createdAt: Timestamp,
  })
  .meta({ id: "TrustedPublisher" });
export type TrustedPublisher = z.infer<typeof TrustedPublisher>;

const example: TrustedPublisher = {
  id: "0197b2c4-6a10-7c3e-9d55-2f8f1f6f1c11",
  tenant: "acme",
  name: "Release workflow of acme/agents",
  issuer: "https://token.actions.githubusercontent.com",
  claims: {
    repository: "acme/agents",
    repository_owner_id: "4711",
    workflow_ref: "acme/agents/.github/workflows/publish.yml@refs/heads/main",
    environment: "release",
  },
  agents: ["code-review"],
  templates: ["release-notes"],
  createdBy: "token:5e0f7f0e-0c1d-4a65-9a3b-6f6a5f2f9b10",
  createdAt: "2026-11-22T09:30:00.000Z",
};

export const createTrustedPublisher = defineOperation({
  id: "createTrustedPublisher",
  method: "POST",
  path: "/api/trusted-publishers",
  tag: "Trusted publishing",
  summary: "Trust a CI workload to publish agents and templates",
  description:
    "From now on, workloads whose identity token has these claims may exchange it for a token that publishes these agents and templates; at least one must be named. For GitHub, `repository` is required; for GitLab, `project_path` or `project_id`; for other issuers `sub` or one of these. `warnings` says where the claims trust more than they seem to. Your token needs the scopes that it gives away: `agents:publish` and `agents:read` for agents, `templates:publish` and `templates:read` for templates.",
  access: { scope: "tokens:admin" },
  body: z
    .object({
      name: z.string().trim().min(1).max(100).meta({ description: "What it is for; shown in lists and the audit log" }),
      issuer: z.url().max(500).meta({ description: "`iss` of its tokens; one of those that the operator allows" }),
      claims: WorkloadClaims,
      agents: names.optional().meta(agentsMeta),
      templates: names.optional().meta(templatesMeta),
      tenant: TenantId.optional().meta({ description: "Operator only; default: your tenant" }),
    })
    .refine(({ agents = [], templates = [] }) => agents.length + templates.length > 0, {
      message: "Name what it may publish: at least one of `agents` or `templates`",
      path: ["agents"],
    }),
  idempotent: true,
  success: { 201: z.object({ trustedPublisher: TrustedPublisher, warnings: z.array(Finding) }) },
  example: {
    arguments: {
      body: {
        name: example.name,
        issuer: example.issuer,
        claims: example.claims,
        agents: example.agents,
        templates: example.templates,
      },
    },
    answer: { trustedPublisher: example, warnings: [] },
  },
  errors: ["issuer_not_allowed", "claims_refused", "scope_exceeded", "tenant_not_found"],
});

export const listTrustedPublishers = defineOperation({
  id: "listTrustedPublishers",
  method: "GET",
  path: "/api/trusted-publishers",
  tag: "Trusted publishing",
  summary: "List your tenant's trusted publishers",
  description: "Newest first.",
  access: { scope: "tokens:admin" },
  query: z.object({ ...pageQuery, tenant: TenantId.optional().meta({ description: "Operator only" }) }),
  success: { 200: page("trustedPublishers", TrustedPublisher) },
  example: { arguments: { limit: 25 }, answer: { trustedPublishers: [example] } },
  errors: ["tenant_not_found"],
});

export const deleteTrustedPublisher = defineOperation({
  id: "deleteTrustedPublisher",
  method: "DELETE",
  path: "/api/trusted-publishers/{publisherId}",
  tag: "Trusted publishing",
  summary: "Stop trusting a publisher",
  description:
    "Its workloads get no more tokens. Those that they have got end within 15 minutes; revokeToken ends them at once.",
  access: { scope: "tokens:admin" },
  params: z.object({ publisherId: z.uuid().meta({ description: "`id` of the trusted publisher" }) }),
  query: z.object({ tenant: TenantId.optional().meta({ description: "Operator only" }) }),
  success: { 204: null },
  example: { arguments: { publisherId: example.id } },
  errors: ["trusted_publisher_not_found", "tenant_not_found"],
});

export const exchangeToken = defineOperation({
  id: "exchangeToken",
  method: "POST",
  path: "/api/tokens/exchange",
  tag: "Trusted publishing",
  summary: "Exchange a CI workload's identity token for an API token",
  description:
    "Token exchange in the manner of RFC 8693, with a JSON body. The identity token (JWT) must be signed by an allowed issuer, made out to this registry, and match a trusted publisher of the tenant; the API token then lasts 15 minutes and may publish that publisher's agents and templates, and nothing else. An identity token can be exchanged once for each tenant. The answer holds a secret that is stored nowhere, which is why this operation takes no Idempotency-Key: if the answer is lost, ask the CI system for a new identity token.",
  access: { anyone: true },
  body: z
    .object({
      grant_type: z.literal("urn:ietf:params:oauth:grant-type:token-exchange"),
      subject_token: z.string().min(1).max(16_384).meta({ description: "The workload's identity token" }),
      subject_token_type: z
        .enum(["urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token"])
        .default("urn:ietf:params:oauth:token-type:jwt"),
      tenant: TenantId.meta({ description: "Whose agents and templates are to be published" }),
      agent: ResourceId.optional().meta({
        description: "Ask for a token for this agent only; default: for all that the matching publishers name",
      }),
      template: ResourceId.optional().meta({
        description: "Ask for a token for this template only; default: for all that the matching publishers name",
      }),
    })
    .refine(({ agent, template }) => agent === undefined || template === undefined, {
      message: "Ask for one agent or one template, or for neither",
      path: ["template"],
    }),
  success: {
    200: z.object({
      access_token: z.string().meta({ description: "`nofx_…`, shown once" }),
      issued_token_type: z.literal("urn:ietf:params:oauth:token-type:access_token"),
      token_type: z.literal("Bearer"),
      expires_in: z.int().meta({ description: "Seconds" }),
      scope: z.string().meta({ description: "Scopes, separated by spaces" }),
      agents: z.array(ResourceId).meta({ description: "The agents that it may publish" }),
      templates: z
        .array(ResourceId)
        .optional()
        .meta({ description: "The templates that it may publish; absent: none" }),
    }),
  },
  example: {
    arguments: {
      body: {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL3Rva2VuIn0.c2lnbmF0dXJl",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        tenant: "acme",
      },
    },
    answer: {
      access_token: "nofx_…",
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 900,
      scope: "agents:publish agents:read templates:publish templates:read",
      agents: ["code-review"],
      templates: ["release-notes"],
    },
  },
  errors: ["workload_token_invalid", "workload_not_trusted", "workload_token_used"],
});
