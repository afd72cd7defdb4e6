import { Digest, ResourceId, SemVer, TenantId } from "@nofx/contract-kit";
import { z } from "zod";
import { ModelRequest } from "./builder-run.ts";
import { EnvironmentName } from "./template-environment.ts";
import { TemplateKind } from "./template-manifest.ts";

/** The agent of a step: exactly this version, with exactly these bytes. */
export const PlannedAgent = z
  .object({ tenant: TenantId, agentId: ResourceId, version: SemVer, digest: Digest })
  .meta({ id: "PlannedAgent" });
export type PlannedAgent = z.infer<typeof PlannedAgent>;

/** A step of a plan. */
export const PlannedStep = z
  .object({
    id: z.string(),
    name: z.string().optional(),
    agent: PlannedAgent,
    dependsOn: z.array(z.string()).meta({ description: "The steps that it waits for" }),
    inputs: z.record(z.string(), z.unknown()).meta({
      description: "Values; `{{ steps.id.outputs.name }}` stays, for what the step will have given",
    }),
  })
  .meta({ id: "PlannedStep" });
export type PlannedStep = z.infer<typeof PlannedStep>;

/**
 * What running a template means, with nothing left open but the outputs of steps. The same input gives the same plan,
 * byte for byte in canonical form (RFC 8785).
 */
export const RenderedPlan = z
  .object({
    template: z.object({ tenant: TenantId, templateId: ResourceId, version: SemVer, digest: Digest }),
    kind: TemplateKind,
    environment: EnvironmentName.optional(),
    goal: z.string().optional(),
    steps: z.array(PlannedStep).meta({ description: "In an order in which they can be run; none for a prompt" }),
    request: ModelRequest.optional().meta({ description: "What the model is asked; only for a prompt" }),
    variables: z.record(z.string(), z.unknown()).meta({ description: "The values used; of secrets the references" }),
    channels: z.record(z.string(), z.unknown()).optional().meta({ description: "The environment's" }),
    resources: z.record(z.string(), z.unknown()).optional().meta({ description: "The environment's" }),
  })
  .meta({ id: "RenderedPlan" });
export type RenderedPlan = z.infer<typeof RenderedPlan>;
