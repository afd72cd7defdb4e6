import { ResourceId, SemVer, Tag, TenantId, Timestamp, Visibility } from "@nofx/contract-kit";
import { z } from "zod";

/** What can be found. */
export const DocumentType = z.enum(["agent", "template"]).meta({ id: "DocumentType" });
export type DocumentType = z.infer<typeof DocumentType>;

/** Where a word of the query stands. */
export const Highlight = z
  .object({
    field: z.enum(["name", "id", "alias", "tag", "capability", "description", "agent", "category", "body"]),
    parts: z
      .array(z.object({ text: z.string(), match: z.boolean() }))
      .min(1)
      .meta({ description: "The text in pieces, as it was published: plain text, to be escaped where it is shown" }),
  })
  .meta({ id: "Highlight" });
export type Highlight = z.infer<typeof Highlight>;

/** One part of a score. */
export const ScorePart = z
  .object({
    part: z.string().meta({ description: "What counted", examples: ["exact", "text", "success", "rating", "usage"] }),
    value: z.number().meta({ description: "How much of it there is" }),
    weight: z.number().meta({ description: "How much of it counts" }),
    score: z.number().meta({ description: "value × weight" }),
    detail: z.string().optional(),
  })
  .meta({ id: "ScorePart" });
export type ScorePart = z.infer<typeof ScorePart>;

/** An agent or a template that was found: the state of its current version. */
export const Hit = z
  .object({
    type: DocumentType,
    tenant: TenantId,
    id: ResourceId,
    name: z.string(),
    description: z.string().optional(),
    currentVersion: SemVer,
    status: z.enum(["active", "deprecated", "disabled"]),
    visibility: Visibility,
    kind: z.string().optional().meta({ description: "Of a template: `workflow` or `prompt`" }),
    category: ResourceId.optional(),
    tags: z.array(Tag),
    capabilities: z.array(z.string()),
    agents: z.array(z.string()).meta({ description: "Agents that a template uses, `tenant/id`" }),
    author: z.string().optional(),
    license: z.string().optional(),
    ratingAverage: z.number().optional(),
    ratingCount: z.int().min(0),
    usage30d: z.int().min(0),
    success: z.number().min(0).max(1).optional().meta({
      description: "Lower bound of the success rate of the last 30 days (Wilson, 95 %); absent without runs",
    }),
    updatedAt: Timestamp,
    url: z.string().meta({ description: "Address of the resource, relative to this one's origin" }),
    score: z.number(),
    highlights: z.array(Highlight),
    explain: z.array(ScorePart).optional(),
  })
  .meta({ id: "SearchHit" });
export type Hit = z.infer<typeof Hit>;
