import { ResourceId, SemVer, TenantId, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { DocumentType } from "./hit.ts";
import * as examples from "./relation-examples.ts";
import { readIndex } from "./search.ts";

const tag = "Relations";

/** How much an answer about relations looks at, at the most. */
export const relationLimits = { depthMax: 10, edgesMax: 1_000, impactEdgesMax: 5_000 } as const;

/** How one resource refers to another: it needs it to work, it began as a copy of it, or it is to be replaced by it. */
export const RelationKind = z.enum(["uses", "fork", "successor"]).meta({ id: "RelationKind" });
export type RelationKind = z.infer<typeof RelationKind>;

/** Names an agent or a template. */
export const RelationKey = z
  .object({ type: DocumentType, tenant: TenantId, id: ResourceId })
  .meta({ id: "RelationKey" });
export type RelationKey = z.infer<typeof RelationKey>;

/** An agent or a template that is related. */
export const RelationNode = z
  .object({
    ...RelationKey.shape,
    depth: z.int().min(0).meta({ description: "Steps from what was asked for, by the shortest way; 0: itself" }),
    found: z.boolean().meta({
      description: "false: there is no such resource, or none for the tenant that refers to it; all below is absent",
    }),
    name: z.string().optional(),
    currentVersion: SemVer.optional(),
    status: z.enum(["active", "deprecated", "disabled"]).optional(),
    visibility: Visibility.optional(),
  })
  .meta({ id: "RelationNode" });
export type RelationNode = z.infer<typeof RelationNode>;

const range = z.string().optional().meta({ description: "The versions that it asks for" });
const locked = SemVer.optional().meta({
  description: "The version that a kept lock holds; of a fork: what was copied",
});
const environment = z.string().optional().meta({ description: "The one that the lock is for" });

/** That one resource refers to another. */
export const RelationEdge = z
  .object({
    from: RelationKey,
    to: RelationKey,
    relation: RelationKind,
    direction: z
      .enum(["depends-on", "used-by"])
      .meta({ description: "Which way it was found: away from what was asked for, or towards it" }),
    depth: z.int().min(1).meta({ description: "The how manieth step it is" }),
    dead: z.boolean().meta({ description: "`to` is not there: see `found`" }),
    version: SemVer.optional().meta({
      description: "The version of `from` that says so; absent where the resource itself does",
    }),
    range,
    locked,
    environment,
  })
  .meta({ id: "RelationEdge" });
export type RelationEdge = z.infer<typeof RelationEdge>;

const params = z.object({
  type: z.enum(DocumentType.options).meta({ description: "Whether `id` is an agent's or a template's" }),
  id: ResourceId,
});
const tenant = TenantId.optional().meta({ description: "Whose; default: the caller's own tenant" });

export const getRelations = defineOperation({
  id: "getRelations",
  method: "GET",
  path: "/api/relations/{type}/{id}",
  tag,
  summary: "See what depends on what",
  description:
    "What a resource depends on and what uses it, step by step, the nearest first. Cycles end. Resources that you may not read are left out with everything that leads to them. That something refers to what is not there is told to whoever may read what refers to it.",
  access: readIndex,
  params,
  query: z.object({
    tenant,
    direction: z.enum(["depends-on", "used-by", "both"]).default("both").meta({ description: "Which way to go" }),
    relation: z
      .enum([...RelationKind.options, "any"])
      .default("uses")
      .meta({ description: "Follow only these" }),
    depth: z.coerce
      .number()
      .int()
      .min(1)
      .max(relationLimits.depthMax)
      .default(3)
      .meta({ description: "Steps at the most" }),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(relationLimits.edgesMax)
      .default(200)
      .meta({ description: "Edges each way at the most" }),
  }),
  success: {
    200: z.object({
      nodes: z.array(RelationNode).meta({ description: "What was asked for first" }),
      edges: z.array(RelationEdge),
      truncated: z.boolean().meta({ description: "There are more edges than `limit` within `depth`" }),
    }),
  },
  example: examples.getRelations,
  errors: ["resource_not_found"],
});

/** What depends on a version, and what becomes of it without that version. */
export const RelationDependent = z
  .object({
    ...RelationKey.shape,
    version: SemVer.meta({ description: "The version that depends on it" }),
    environment,
    depth: z.int().min(1).meta({ description: "1: it depends on the version itself; beyond: on one that breaks" }),
    on: RelationKey.meta({ description: "What it depends on" }),
    reason: z.enum(["locked", "range"]).meta({
      description: "`locked`: its lock holds exactly what is missing; `range`: what it asks for included it",
    }),
    breaks: z.boolean().meta({ description: "false: another version that it asks for is left" }),
    range,
    locked,
    satisfiedBy: SemVer.optional().meta({
      description: "The highest version left that it asks for; with `locked`, it would work after locking anew",
    }),
  })
  .meta({ id: "RelationDependent" });
export type RelationDependent = z.infer<typeof RelationDependent>;

export const getRelationImpact = defineOperation({
  id: "getRelationImpact",
  method: "GET",
  path: "/api/relations/{type}/{id}/impact",
  tag,
  summary: "See what breaks without a version",
  description:
    "What would break if the version were withdrawn: what has locked it, what asks for a range in which no other active or deprecated version is left, and what depends on those. Dependents that another version satisfies are told too, with that version. Only what you may read is judged.",
  access: readIndex,
  params,
  query: z.object({
    version: SemVer.meta({ description: "The version in question" }),
    tenant,
    limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: "Dependents at the most" }),
  }),
  success: {
    200: z.object({
      version: SemVer,
      breaking: z.int().min(0).meta({ description: "How many of all dependents break" }),
      satisfied: z.int().min(0).meta({ description: "How many of all dependents have another version" }),
      dependents: z.array(RelationDependent).meta({ description: "Those that break first, the nearest first" }),
      truncated: z.boolean().meta({
        description:
          "There are more dependents than `limit`, or more than can be looked at, or resources with more versions than are known here",
      }),
    }),
  },
  example: examples.getRelationImpact,
  errors: ["resource_not_found", "version_not_found"],
});
