import { FieldChange, ProblemItem, ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { PlanDifference } from "./plan-difference.ts";
import { EnvironmentName, TemplateEnvironment } from "./template-environment.ts";

/** What a tenant keeps of an environment. Nothing else is taken: a word that nobody reads would be lost. */
export const KeptEnvironment = z
  .strictObject({
    version: SemVer.optional().meta({ description: "The version that runs there; default: the current one" }),
    ...TemplateEnvironment.shape,
  })
  .meta({
    id: "KeptEnvironment",
    description: "Merged over what the version declares under the same name, and may extend another one",
  });
export type KeptEnvironment = z.infer<typeof KeptEnvironment>;

const values = z.record(z.string(), z.unknown());

/** An environment with everything merged that it is made of. */
const ResolvedForm = z
  .object({
    chain: z.array(z.string()).meta({ description: "Whom it extends, the first one first, and itself" }),
    variables: values,
    agents: z.record(z.string(), z.string()),
    channels: values,
    resources: values,
  })
  .meta({ id: "ResolvedTemplateEnvironment" });

/** An environment of a template, as it is where the caller runs it. */
export const EnvironmentState = z
  .object({
    name: z.string(),
    origin: z.enum(["declared", "kept", "both", "deployed"]).meta({
      description:
        "`declared` by the version, `kept` by your tenant, or `both`; `deployed`: nothing but a name under which the builder has switched a prompt on or off",
    }),
    version: SemVer.meta({ description: "Runs there: the version that is kept, else the current one" }),
    description: z.string().optional(),
    extends: EnvironmentName.optional(),
    kept: KeptEnvironment.optional().meta({ description: "What your tenant keeps" }),
    resolved: ResolvedForm.optional().meta({ description: "All that is extended, declared and kept, merged" }),
    problem: z.string().optional().meta({ description: "Why it cannot be resolved in this version" }),
    deployments: z
      .array(z.object({ channel: z.string(), enabled: z.boolean() }))
      .optional()
      .meta({ description: "Where the builder has switched the prompt on or off" }),
    updatedAt: Timestamp.optional().meta({ description: "When what is kept was last changed" }),
    updatedBy: z.string().optional(),
  })
  .meta({ id: "TemplateEnvironmentState" });
export type EnvironmentState = z.infer<typeof EnvironmentState>;

const side = z.array(ProblemItem).optional();

/** What a promotion changes in the environment that it goes to. */
export const PromotionDifference = z
  .object({
    version: z.object({ before: SemVer, after: SemVer }),
    agents: z
      .array(z.object({ tenant: TenantId, agentId: ResourceId, before: SemVer.optional(), after: SemVer.optional() }))
      .meta({ description: "Agents that run there in another version than before, are new, or are gone" }),
    fields: z.array(FieldChange).meta({ description: "What is kept otherwise than before" }),
    plan: PlanDifference.optional().meta({
      description: "What is carried out otherwise, where both plans can be rendered",
    }),
    obstacles: z
      .object({ before: side, after: side })
      .optional()
      .meta({ description: "Why there is no plan, such as variables that only the caller can give" }),
  })
  .meta({ id: "PromotionDifference" });
export type PromotionDifference = z.infer<typeof PromotionDifference>;
