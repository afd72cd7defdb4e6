import { Digest, ProblemItem, page, pageQuery, ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { AgentDependent, LockedAge, StoredLock } from "./lock.ts";
import * as examples from "./lock-examples.ts";
import { readTemplates, templateParams, templateTenantQuery } from "./template.ts";
import { EnvironmentName } from "./template-environment.ts";

const tag = "Plans";
const params = templateParams.extend({ version: SemVer });
const environment = EnvironmentName.optional().meta({
  description: "The lock for this environment; default: the one for none in particular",
});

export const lockTemplateVersion = defineOperation({
  id: "lockTemplateVersion",
  method: "PUT",
  path: "/api/templates/{templateId}/versions/{version}/lock",
  tag,
  summary: "Resolve a version's dependencies and keep the lock",
  description:
    "From then on plans of this version, in this environment, use the lock, as long as it holds what the environment asks for. It is resolved as resolveTemplate does, and takes the place of the one before; the same lock again changes nothing. Everybody who may read the version may read the lock if all that is in it is public and your tenant keeps nothing of the environment; otherwise your tenant only.",
  access: { scope: "templates:publish" },
  namesTemplates: true,
  params,
  query: z.object({ environment }),
  body: z.object({ strategy: z.enum(["highest", "lowest"]).default("highest") }),
  idempotent: true,
  success: {
    200: z.object({
      outcome: z.enum(["created", "changed", "unchanged"]),
      lock: StoredLock,
      warnings: z.array(ProblemItem),
    }),
  },
  example: examples.lockTemplateVersion,
  errors: [
    "template_not_found",
    "version_not_found",
    "environment_unknown",
    "dependencies_unsatisfiable",
    "dependencies_too_complex",
    "dependency_unavailable",
  ],
});

export const getTemplateVersionLock = defineOperation({
  id: "getTemplateVersionLock",
  method: "GET",
  path: "/api/templates/{templateId}/versions/{version}/lock",
  tag,
  summary: "Get the lock that is kept with a version",
  description:
    "What publishing, releasing or lockTemplateVersion has kept, as far as you may read of everything in it.",
  access: readTemplates,
  params,
  query: z.object({ environment, ...templateTenantQuery }),
  success: { 200: StoredLock },
  example: examples.getTemplateVersionLock,
  errors: ["template_not_found", "version_not_found", "lock_not_found"],
});

export const listOutdatedDependencies = defineOperation({
  id: "listOutdatedDependencies",
  method: "GET",
  path: "/api/templates/{templateId}/versions/{version}/outdated",
  tag,
  summary: "Compare a version's lock with what there is now",
  description:
    "Each entry of the kept lock by itself: what its ranges admit now, the latest release, and whether it is deprecated. Whether newer versions go together, only resolving anew can tell.",
  access: { scope: "templates:read" },
  params,
  query: z.object({ environment, ...templateTenantQuery }),
  success: { 200: z.object({ digest: Digest, lockedAt: Timestamp, entries: z.array(LockedAge) }) },
  example: examples.listOutdatedDependencies,
  errors: ["template_not_found", "version_not_found", "lock_not_found", "dependency_unavailable"],
});

export const listAgentDependents = defineOperation({
  id: "listAgentDependents",
  method: "GET",
  path: "/api/templates/dependents",
  tag,
  summary: "List the templates whose locks hold an agent",
  description:
    "Versions of templates that you may see, with a kept lock in which the agent is, directly or through others: whom a change of the agent may concern.",
  access: readTemplates,
  query: z.object({
    agent: ResourceId,
    tenant: TenantId.optional().meta({ description: "Whose agent; default: your own tenant's" }),
    version: SemVer.optional().meta({ description: "Only locks with exactly this version of the agent" }),
    ...pageQuery,
  }),
  success: { 200: page("dependents", AgentDependent) },
  example: examples.listAgentDependents,
  errors: [],
});
