import { Digest, dryRunQuery, ProblemItem, SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import * as examples from "./environment-examples.ts";
import { EnvironmentState, KeptEnvironment, PromotionDifference } from "./environment-state.ts";
import { defineOperation } from "./errors.ts";
import { readTemplates, templateParams, templateTenantQuery } from "./template.ts";
import { EnvironmentName } from "./template-environment.ts";

const tag = "Environments";
const path = "/api/templates/{templateId}/environments";
const params = templateParams.extend({ name: EnvironmentName.meta({ description: "The environment's name" }) });

/** Who publishes decides already which version is current; what is kept concerns nobody but the own tenant. */
const write = { scope: "templates:publish" } as const;

const reading = z.object({
  ...templateTenantQuery,
  version: SemVer.optional().meta({
    description: "As they are in this version; default: each in the version that runs there",
  }),
});
const writing = z.object({ ...templateTenantQuery, ...dryRunQuery });
const warnings = z.array(ProblemItem).meta({ description: "Nothing that prevents anything" });

export const listTemplateEnvironments = defineOperation({
  id: "listTemplateEnvironments",
  method: "GET",
  path,
  tag,
  summary: "List the environments of a template",
  description:
    "What the version declares, and what your tenant keeps over it or besides, each with the version that runs there and with everything merged. What others keep of the same template is theirs: nobody sees it, and without a token there is only what is declared. Of your own prompts, the builder's deployments are told, too.",
  access: readTemplates,
  params: templateParams,
  query: reading,
  success: { 200: z.object({ environments: z.array(EnvironmentState) }) },
  example: examples.listTemplateEnvironments,
  errors: ["template_not_found", "version_not_found"],
});

export const getTemplateEnvironment = defineOperation({
  id: "getTemplateEnvironment",
  method: "GET",
  path: `${path}/{name}`,
  tag,
  summary: "Get an environment of a template",
  description:
    "As listTemplateEnvironments tells it. The ETag names the state of what your tenant keeps, for If-Match of a change.",
  access: readTemplates,
  params,
  query: reading,
  success: { 200: z.object({ environment: EnvironmentState }) },
  example: examples.getTemplateEnvironment,
  errors: ["template_not_found", "version_not_found", "environment_not_found"],
});

export const putTemplateEnvironment = defineOperation({
  id: "putTemplateEnvironment",
  method: "PUT",
  path: `${path}/{name}`,
  tag,
  summary: "Keep an environment of your own",
  description:
    "Takes the place of all that your tenant has kept under this name; what the version declares stays under it, and `null` takes a member of that away. It is held against the version that runs there: names and values of variables, ranges of agents, whom it extends. The template may be another tenant's. Secrets are references such as `secret://mail/password`; a value in the place of one is refused and kept nowhere. From then on plans, locks and resolutions of your tenant use it; tests of a template do not.",
  access: write,
  namesTemplates: true,
  params,
  query: writing,
  body: KeptEnvironment,
  bodyBytesMax: 256 * 1024,
  idempotent: true,
  ifMatch: true,
  success: {
    200: z.object({
      outcome: z.enum(["created", "changed", "unchanged"]),
      dryRun: z.boolean(),
      environment: EnvironmentState,
      warnings,
    }),
  },
  example: examples.putTemplateEnvironment,
  errors: ["template_not_found", "version_not_found", "environment_invalid"],
});

export const deleteTemplateEnvironment = defineOperation({
  id: "deleteTemplateEnvironment",
  method: "DELETE",
  path: `${path}/{name}`,
  tag,
  summary: "Keep an environment no longer",
  description: "Answers what was kept, and what remains if the version declares an environment of this name.",
  access: write,
  namesTemplates: true,
  params,
  query: z.object(templateTenantQuery),
  ifMatch: true,
  success: { 200: z.object({ removed: KeptEnvironment, environment: EnvironmentState.optional() }) },
  example: examples.deleteTemplateEnvironment,
  errors: ["template_not_found", "environment_not_found", "environment_in_use"],
});

export const promoteTemplateEnvironment = defineOperation({
  id: "promoteTemplateEnvironment",
  method: "POST",
  path: `${path}/{name}/promote`,
  tag,
  summary: "Run in one environment what runs in another",
  description:
    "The version that runs in `name` runs in `to` from then on, with exactly the agents that are locked for `name`: those of the kept lock if it fits, else those that fit now. Variables, channels, resources and whom it extends stay those of `to`. The answer says what that changes, down to what is carried out otherwise; with `dryRun` nothing is written. If the template is your own tenant's, the lock is kept for `to`, too. If-Match is about `name`: what you looked at is what is promoted.",
  access: write,
  namesTemplates: true,
  params,
  query: writing,
  body: z.object({
    to: EnvironmentName.meta({ description: "An environment that is declared or kept" }),
    variables: z
      .record(z.string().max(200), z.unknown())
      .default({})
      .meta({ description: "What a caller would give, to compare the plans with; kept nowhere" }),
  }),
  idempotent: true,
  ifMatch: true,
  success: {
    200: z.object({
      outcome: z.enum(["changed", "unchanged"]),
      dryRun: z.boolean(),
      environment: EnvironmentState.meta({ description: "`to`, as it is afterwards" }),
      difference: PromotionDifference,
      lock: z
        .object({ digest: Digest, kept: z.boolean().meta({ description: "With the version, for `to`" }) })
        .optional()
        .meta({ description: "None for a prompt: it uses no agents" }),
      warnings: warnings.meta({
        description:
          "What `to` keeps and the version that now runs there does not take, such as a variable that is gone",
      }),
    }),
  },
  example: examples.promoteTemplateEnvironment,
  errors: [
    "template_not_found",
    "environment_not_found",
    "environment_unknown",
    "environment_invalid",
    "dependencies_unsatisfiable",
    "dependencies_too_complex",
    "dependency_unavailable",
  ],
});
