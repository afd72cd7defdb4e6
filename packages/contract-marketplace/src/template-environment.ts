import { z } from "zod";
import { VariableName } from "./template-variable.ts";

/** A version range as npm writes them. */
export const NpmRange = z
  .string()
  .min(1)
  .max(256)
  .meta({ description: "Version range as npm writes them, such as `^1.2.0`" });

/** Name of an environment. */
export const EnvironmentName = z
  .string()
  .max(32)
  .regex(/^[a-z][a-z0-9-]*$/, "Use lower-case letters, digits and `-`, beginning with a letter");

const settings = z.record(z.string().max(200), z.unknown());

/** What a template is given where it runs. */
export const TemplateEnvironment = z
  .looseObject({
    description: z.string().max(2000).optional().meta({ description: "What the environment is for" }),
    extends: EnvironmentName.optional().meta({ description: "The environment that this one begins with" }),
    variables: z
      .record(VariableName, z.unknown())
      .optional()
      .meta({ description: "Values, unless the caller gives others" }),
    agents: z
      .record(z.string().max(200), NpmRange.nullable())
      .optional()
      .meta({ description: "Agent → range that it must be in here" }),
    channels: settings.optional().meta({ description: "Where people hear of a run" }),
    resources: settings.optional().meta({ description: "What a run may take, such as its `queue`" }),
  })
  .meta({
    id: "TemplateEnvironment",
    description: "Merged over the one that it extends as RFC 7396 merges: objects by their members, `null` takes away",
  });
export type TemplateEnvironment = z.infer<typeof TemplateEnvironment>;

/** Environments by name. */
export const TemplateEnvironments = z
  .record(EnvironmentName, TemplateEnvironment)
  .refine((environments) => Object.keys(environments).length <= 20, { error: "At most 20 environments" });
export type TemplateEnvironments = z.infer<typeof TemplateEnvironments>;
