import {
  FilePath,
  fileLimits,
  ManifestFile,
  PublishedFile,
  ResourceId,
  SchemaReference,
  SemVer,
  Tag,
} from "@nofx/contract-kit";
import { z } from "zod";
import { promptContent, promptLimits } from "./builder-template.ts";
import { NpmRange, TemplateEnvironments } from "./template-environment.ts";
import { TemplateTest } from "./template-test.ts";
import { TemplateVariable, VariableName } from "./template-variable.ts";

/** Limits of a template's parts. */
export const templateLimits = {
  ...fileLimits,
  tagsMax: 10,
  stepsMax: 200,
  variablesMax: 200,
  agentsMax: 200,
} as const;

const text = (max: number) => z.string().min(1).max(max);

/** What a template is made of: steps that agents carry out, or one request to a model. */
export const TemplateKind = z.enum(["prompt", "workflow"]).meta({
  id: "TemplateKind",
  description: "`workflow`: steps that agents carry out; `prompt`: one request to a model",
});
export type TemplateKind = z.infer<typeof TemplateKind>;

/** What both kinds of content may have. */
const content = {
  goal: text(20_000).optional().meta({ description: "What done looks like" }),
  variables: z
    .record(VariableName, TemplateVariable)
    .optional()
    .meta({ description: "By name. Without it, any `{{ name }}` is a text that the caller gives" }),
  dependencies: z
    .looseObject({
      agents: z.record(z.string(), NpmRange).optional().meta({ description: "Agent → range of versions" }),
      templates: z.record(z.string(), NpmRange).optional().meta({ description: "Template → range of versions" }),
    })
    .optional()
    .meta({ description: "What it relies on" }),
  environments: TemplateEnvironments.optional().meta({ description: "By name: what differs where it runs" }),
  tests: z
    .array(TemplateTest)
    .max(200)
    .optional()
    .meta({ description: "They travel with the template and gate its publishing" }),
};

/** One step of a workflow. */
export const TemplateStep = z
  .looseObject({
    id: z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9_-]+$/, "Use letters, digits, `_` and `-`")
      .meta({ description: "What other steps call it: letters, digits, `_` and `-`" }),
    agentId: text(200).meta({ description: "The agent that does it; another tenant's as `tenant/agent`" }),
    name: text(200).optional().meta({ description: "What people read in a plan" }),
    dependsOn: z
      .array(z.string().max(64))
      .max(templateLimits.stepsMax)
      .optional()
      .meta({ description: "Ids of the steps that it waits for" }),
    inputs: z.record(z.string().max(200), z.unknown()).optional().meta({
      description: "Values, in which `{{ name }}` is a variable and `{{ steps.id.outputs.name }}` what a step gave",
    }),
  })
  .meta({ id: "TemplateStep", description: "One step of a workflow" });
export type TemplateStep = z.infer<typeof TemplateStep>;

const Steps = z
  .array(TemplateStep)
  .min(1)
  .max(templateLimits.stepsMax)
  .meta({ description: "The steps, in any order" });

/** The file that `content.versionFile` names. */
export const VersionFile = z
  .looseObject({ steps: Steps, metadata: z.record(z.string(), z.unknown()).optional().meta({ description: "Free" }) })
  .meta({ id: "TemplateVersionFile" });

/** A graph of steps: in the published file that `versionFile` names, or inline. */
export const WorkflowContent = z
  .looseObject({
    kind: z.literal("workflow").optional(),
    ...content,
    versionFile: FilePath.optional().meta({ description: "A file of the version that holds `steps`" }),
    steps: Steps.optional().meta({ description: "The steps, if they stand inline" }),
  })
  .meta({ id: "WorkflowContent", description: "A graph of steps: in the file that `versionFile` names, or inline" });

export const PromptContent = z
  .looseObject({ kind: z.literal("prompt").optional(), ...content, ...promptContent })
  .meta({ id: "PromptContent", description: "One request to a model" });

const identity = {
  templateId: ResourceId,
  name: z
    .string()
    .max(promptLimits.nameMax)
    .regex(/\S/, "Give the template a name")
    .meta({ description: "What people call it" }),
  version: SemVer,
  description: z
    .string()
    .max(promptLimits.descriptionMax)
    .optional()
    .meta({ description: "What it is good for, for those who look for it" }),
  tags: z.array(Tag).max(templateLimits.tagsMax).optional().meta({ description: "Words that it is found by" }),
  category: ResourceId.optional(),
  license: text(100).optional().meta({ description: "SPDX expression; customary also as `metadata.license`" }),
  metadata: z
    .looseObject({
      agents: z
        .array(text(200))
        .max(templateLimits.agentsMax)
        .optional()
        .meta({ description: "Ids of the agents that its steps use" }),
    })
    .optional()
    .meta({ description: "Free; `agents` names the agents used, `owner`, `source` and `license` are customary" }),
  content: z
    .union([WorkflowContent, PromptContent])
    .meta({ description: "Steps that agents carry out, or one request to a model" }),
};

/** Body of publish and validate: the contents of `template.json`, with the files beside it under `files`. */
export const TemplateManifest = z
  .looseObject({
    $schema: SchemaReference.optional(),
    ...identity,
    sourceCommit: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/, "Use a Git commit id in hexadecimal")
      .optional()
      .meta({ description: "Provenance; not part of the digest" }),
    files: z
      .array(ManifestFile)
      .max(templateLimits.filesMax)
      .optional()
      .meta({ description: "Published with it. In a directory, the files beside the manifest" }),
  })
  .meta({ id: "TemplateManifest" });
export type TemplateManifest = z.output<typeof TemplateManifest>;

/**
 * A published version: the manifest with each file replaced by its digest, in the canonical form of RFC 8785.
 * The version's digest is the SHA-256 of exactly these bytes.
 */
export const TemplateVersionDocument = z
  .looseObject({ ...identity, files: z.array(PublishedFile).optional() })
  .meta({ id: "TemplateVersionDocument" });
export type TemplateVersionDocument = z.infer<typeof TemplateVersionDocument>;
