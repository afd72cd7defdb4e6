import { Digest, ProblemItem, SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { DependencyLock } from "./lock.ts";
import * as examples from "./plan-examples.ts";
import { RenderedPlan } from "./rendered-plan.ts";
import { templateParams, templateTenantQuery } from "./template.ts";
import { EnvironmentName } from "./template-environment.ts";

const tag = "Plans";

/** What these operations do takes computing: whoever asks for it is somebody. */
const access = { scope: "templates:read" } as const;

const version = SemVer.optional().meta({
  description: "Default: the version that your tenant keeps for the environment, else the current one",
});
const environment = EnvironmentName.optional().meta({
  description: "One that the version declares, your tenant keeps, or both; its ranges of agents are wanted, too",
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
  success: {
    200: z.object({
      version: SemVer.meta({ description: "The template's, whose dependencies these are" }),
      lock: DependencyLock,
      digest: Digest,
      warnings,
    }),
  },
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

const renderedFrom = z
  .object({
    digest: Digest,
    from: z.enum(["given", "stored", "resolved"]).meta({
      description: "`given` by you, `stored` with the version, or `resolved` for this plan",
    }),
  })
  .optional()
  .meta({ description: "The lock that the versions of agents come from; none for a prompt" });

export const renderTemplate = defineOperation({
  id: "renderTemplate",
  method: "POST",
  path: "/api/templates/{templateId}/render",
  tag,
  summary: "Find out exactly what running a template means",
  description:
    "The plan with nothing left open but the outputs of steps: values put in, agents in exactly the versions of a lock. A variable has the value that you give, else that of the environment, else its default. Secrets are references such as `secret://mail/password`; a value in the place of one is refused and kept nowhere. The same version, environment, values and lock give the same bytes, in canonical form (RFC 8785). The plan of a prompt is the request to a model. It changes nothing and takes no Idempotency-Key.",
  access,
  params: templateParams,
  query: z.object(templateTenantQuery),
  body: z.object({
    version,
    environment,
    variables: z.record(z.string().max(200), z.unknown()).default({}),
    lock: DependencyLock.optional().meta({
      description:
        "Versions of agents, as resolveTemplate has told them; default: the one that is kept with the version for this environment, as long as it holds what the environment asks for, else a new one",
    }),
  }),
  success: {
    200: z.object({
      plan: RenderedPlan,
      planDigest: Digest.meta({ description: "SHA-256 of the plan's canonical form" }),
      lock: renderedFrom,
      warnings,
    }),
  },
  example: examples.renderTemplate,
  errors: [
    "template_not_found",
    "version_not_found",
    "environment_unknown",
    "variables_invalid",
    "lock_broken",
    "dependencies_unsatisfiable",
    "dependencies_too_complex",
    "dependency_unavailable",
  ],
});
