import { page, pageQuery, ResourceId, roles, scopes, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import * as examples from "./examples.ts";

export const ScopeName = z.enum(scopes).meta({ id: "Scope" });
export const RoleName = z.enum(Object.keys(roles) as [keyof typeof roles]).meta({ id: "Role" });

/** What a token is bound to. One that is bound to templates always tells its agents too, if only that there are none. */
const boundTo = {
  agents: z.array(ResourceId).optional().meta({
    description: "The only agents that it may change; absent, and no `templates`: whatever its scopes allow",
  }),
  templates: z.array(ResourceId).optional().meta({
    description: "The only templates that it may change; absent of a token with `agents`: none",
  }),
};

/** An API token without its secret. */
export const Token = z
  .object({
    id: z.uuid(),
    tenant: TenantId,
    name: z.string(),
    kind: z.enum(["member", "service"]),
    scopes: z.array(ScopeName),
    ...boundTo,
    createdBy: z.string(),
    createdAt: Timestamp,
    expiresAt: Timestamp,
    revokedAt: Timestamp.optional(),
  })
  .meta({ id: "Token" });
export type Token = z.infer<typeof Token>;

export const createToken = defineOperation({
  id: "createToken",
  method: "POST",
  path: "/api/tokens",
  tag: "Tokens",
  summary: "Issue an API token",
  description:
    "Issues a token for your tenant with a role's scopes or the scopes given. The secret is in this answer and nowhere else: only its SHA-256 is stored, which is why this operation takes no Idempotency-Key. The operator (bootstrap token) issues tokens for any tenant, and service tokens.",
  access: { scope: "tokens:admin" },
  body: z
    .object({
      name: z.string().trim().min(1).max(100).meta({ description: "What it is for; shown in lists and the audit log" }),
      role: RoleName.optional(),
      scopes: z.array(ScopeName).min(1).optional(),
      agents: z.array(ResourceId).min(1).max(100).optional().meta({
        description:
          "The only agents that it may change; they need not exist yet. Default: all, or none if `templates` are named",
      }),
      templates: z.array(ResourceId).min(1).max(100).optional().meta({
        description:
          "The only templates that it may change; they need not exist yet. Default: all, or none if `agents` are named",
      }),
      expiresInDays: z.int().min(1).max(3650).default(90),
      tenant: TenantId.optional().meta({ description: "Operator only; default: your tenant" }),
      kind: z.enum(["member", "service"]).default("member").meta({ description: "`service`: operator only" }),
    })
    .refine((body) => (body.role === undefined) !== (body.scopes === undefined), {
      message: "Give either `role` or `scopes`",
      path: ["role"],
    }),
  success: { 201: z.object({ token: Token, secret: z.string().meta({ description: "`nofx_…`, shown once" }) }) },
  example: examples.createToken,
  errors: ["scope_exceeded", "tenant_not_found"],
});

export const listTokens = defineOperation({
  id: "listTokens",
  method: "GET",
  path: "/api/tokens",
  tag: "Tokens",
  summary: "List your tenant's tokens",
  description: "Tokens without their secrets, newest first, revoked and expired ones included.",
  access: { scope: "tokens:admin" },
  query: z.object({ ...pageQuery, tenant: TenantId.optional().meta({ description: "Operator only" }) }),
  success: { 200: page("tokens", Token) },
  example: examples.listTokens,
  errors: ["tenant_not_found"],
});

export const revokeToken = defineOperation({
  id: "revokeToken",
  method: "DELETE",
  path: "/api/tokens/{tokenId}",
  tag: "Tokens",
  summary: "Revoke a token",
  description:
    "The token stops working at once here, and within 30 seconds everywhere. Revoking it again changes nothing.",
  access: { scope: "tokens:admin" },
  params: z.object({ tokenId: z.uuid().meta({ description: "`id` of the token, not the token itself" }) }),
  query: z.object({ tenant: TenantId.optional().meta({ description: "Operator only" }) }),
  success: { 200: z.object({ token: Token }) },
  example: examples.revokeToken,
  errors: ["token_not_found", "tenant_not_found"],
});

export const introspectToken = defineOperation({
  id: "introspectToken",
  method: "POST",
  path: "/api/tokens/introspect",
  tag: "Tokens",
  summary: "Ask what a token is good for",
  description:
    "Token introspection in the manner of RFC 7662, for services. A token that is not good answers `active: false`.",
  access: { kind: ["service", "operator"] },
  body: z.object({ token: z.string().min(1).max(8192) }),
  success: {
    200: z.object({
      active: z.boolean(),
      tenant: TenantId.optional(),
      sub: z.string().optional(),
      kind: z.enum(["member", "service", "operator"]).optional(),
      scope: z.string().optional().meta({ description: "Scopes, separated by spaces" }),
      ...boundTo,
      exp: z.int().optional().meta({ description: "Expiry, seconds since 1970" }),
    }),
  },
  example: examples.introspectToken,
  errors: [],
});

/** Whoever holds a token, as the services know them. */
export const Whoami = z
  .object({
    kind: z.enum(["member", "service", "operator"]),
    tenant: TenantId.optional().meta({
      description: "Absent of the operator and of configured services, who belong to none",
    }),
    subject: z.string().meta({ description: "As the audit log names them" }),
    scopes: z.array(ScopeName),
    ...boundTo,
    expiresAt: Timestamp.optional().meta({ description: "When the token ends; absent: it does not" }),
  })
  .meta({ id: "Whoami" });
export type Whoami = z.infer<typeof Whoami>;

export const getWhoami = defineOperation({
  id: "getWhoami",
  method: "GET",
  path: "/api/whoami",
  tag: "Tokens",
  summary: "Ask who you are",
  description: "What the token of this request is good for: any token that is good may ask, whatever its scopes.",
  access: { kind: ["member", "service", "operator"] },
  success: { 200: Whoami },
  example: examples.getWhoami,
  errors: [],
});

/** A tenant: the owner of agents, templates and tokens. */
export const Tenant = z.object({ id: TenantId, name: z.string(), createdAt: Timestamp }).meta({ id: "Tenant" });
export type Tenant = z.infer<typeof Tenant>;

export const createTenant = defineOperation({
  id: "createTenant",
  method: "POST",
  path: "/api/tenants",
  tag: "Tenants",
  summary: "Create a tenant",
  description: "For the operator, with the bootstrap token.",
  access: { kind: ["operator"] },
  body: z.object({ id: TenantId, name: z.string().trim().min(1).max(200) }),
  idempotent: true,
  success: { 201: z.object({ tenant: Tenant }) },
  example: examples.createTenant,
  errors: ["tenant_exists"],
});

export const listTenants = defineOperation({
  id: "listTenants",
  method: "GET",
  path: "/api/tenants",
  tag: "Tenants",
  summary: "List tenants",
  description: "For the operator and for services, by id.",
  access: { kind: ["operator", "service"] },
  query: z.object(pageQuery),
  success: { 200: page("tenants", Tenant) },
  example: examples.listTenants,
  errors: [],
});
