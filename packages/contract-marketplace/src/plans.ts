import { Digest, ProblemItem, SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { DependencyLock } from "./lock.ts";
import * as examples from "./plan-examples.ts";
import { templateParams, templateTenantQuery } from "./template.ts";
import { EnvironmentName } from "./template-environment.ts";

const tag = "Plans";

/** What these operations do takes computing: whoever asks for it is somebody. */
const access = { scope: "templates:read" } as const;

const version = SemVer.optional().meta({ description: "Default: the current version" });
const environment = EnvironmentName.optional().meta({
  description: "One that the version declares; its ranges of agents are wanted, too",
});
const strategy = z.enum(["highest", "lowest"]).default("highest").meta({
  description: "Which of the versions that fit are taken: the highest, or, to test the other end, the lowest",
});
const warnings = z
  .array(ProblemItem)
  .meta({ description: "Nothing that prevents anything, such as what is deprecated" });

export const resolveTemplate = defineOperation({
  id: "resolveTemplate",
  method: "POST",
  path: "/api/templates/{templateId}/resolve",
  tag,
  summary: "Find the versions that a template's dependencies come to now",
  description:
    "One version of each agent and template for the whole graph, such that everybody who wants it gets one that fits. An agent of a step without a declared range may have any version. Only what is public or your own tenant's counts. The same dependencies and the same versions give the same lock. It changes nothing and takes no Idempotency-Key.",
  access,
  params: templateParams,
  query: z.object(templateTenantQuery),
  body: z.object({ version, environment, strategy }),
  success: { 200: z.object({ lock: DependencyLock, digest: Digest, warnings }) },
  example: examples.resolveTemplate,
  errors: [
    "template_not_found",
    "version_not_found",
    "environment_unknown",
    "dependencies_unsatisfiable",
    "dependencies_too_complex",
    "dependency_unavailable",
  ],
});
