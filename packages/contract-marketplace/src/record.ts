import { ResourceId, RunCounts, recordText, recordVersionCount, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { popularityScore } from "./analytics-figures.ts";
import { ForkOrigin } from "./fork-origin.ts";
import { RatingTotals } from "./rating.ts";
import { TemplateSummary, TemplateVersionSummary } from "./template.ts";
import { EnvironmentName } from "./template-environment.ts";

/** How many of `TemplateRecord.uses` there are at the most. */
export const recordUsesMax = 500;

/** A version as a record tells it. */
export const TemplateRecordVersion = TemplateVersionSummary.pick({
  version: true,
  status: true,
  publishedAt: true,
  publishedBy: true,
}).meta({ id: "TemplateRecordVersion" });
export type TemplateRecordVersion = z.infer<typeof TemplateRecordVersion>;

/** How a template did in the last 30 days. */
export const TemplateRecordUsage = z
  .object({
    runs30d: RunCounts.shape.runs.meta({
      description: "Runs of the last 30 days of UTC, today included, however they ended",
    }),
    succeeded30d: RunCounts.shape.succeeded,
    success: z.number().min(0).max(1).optional().meta({
      description: "Lower end of the 95 % interval of the success rate (Wilson); absent if nothing succeeded or failed",
    }),
    meanMs: z.number().min(0).optional().meta({
      description: "How long runs that succeeded took on average; absent if none has",
    }),
    lastAt: Timestamp.optional().meta({ description: "When the last run of any time ended" }),
    popularityScore,
  })
  .meta({ id: "TemplateRecordUsage", description: "Made-up runs count too" });
export type TemplateRecordUsage = z.infer<typeof TemplateRecordUsage>;

/** An agent or template that a version of a template depends on, as the version declares it, as a lock holds it, or both. */
export const TemplateUse = z
  .object({
    kind: z.enum(["agent", "template"]),
    tenant: TenantId,
    id: ResourceId,
    range: z.string().optional().meta({
      description: "What the version declares; absent if it does not: something that it depends on does",
    }),
    locked: SemVer.optional().meta({ description: "What the kept lock holds; absent if none does" }),
    version: SemVer.meta({ description: "The template's version that says so" }),
    environment: EnvironmentName.optional().meta({
      description: "The one that the lock is for; absent if for none in particular",
    }),
  })
  .meta({ id: "TemplateUse" });
export type TemplateUse = z.infer<typeof TemplateUse>;

/** All that is known of a template now, on one page: what a search index is built from. */
export const TemplateRecord = z
  .object({
    ...TemplateSummary.pick({
      tenant: true,
      templateId: true,
      kind: true,
      visibility: true,
      status: true,
      successor: true,
      name: true,
      description: true,
      currentVersion: true,
      category: true,
      tags: true,
      license: true,
      owner: true,
      updatedAt: true,
      publishedAt: true,
    }).shape,
    categories: z
      .array(ResourceId)
      .meta({ description: "The category and all above it in the tree, the nearest first" }),
    aliases: z.array(z.string()).meta({ description: "`metadata.aliases`, if it is a list of texts" }),
    text: recordText.meta({
      description:
        "What the current version says beside that: goal, steps, prompts, variables, and text files such as README.md, one behind the other, cut to 16,384 characters",
    }),
    createdAt: Timestamp,
    versions: z.array(TemplateRecordVersion).meta({ description: "The 100 highest, highest first, of every status" }),
    versionCount: recordVersionCount,
    rating: RatingTotals.pick({ average: true, count: true, bayesian: true }),
    usage: TemplateRecordUsage,
    tests: TemplateSummary.shape.tests.meta({ description: "Of the current version; absent if none were run" }),
    forkedFrom: ForkOrigin.pick({ tenant: true, templateId: true, version: true })
      .optional()
      .meta({ description: "Its source, if it is a fork" }),
    uses: z.array(TemplateUse).max(recordUsesMax).meta({
      description:
        "What the current version declares and its locks hold, then what the locks of other versions hold, the highest first, archived ones left out: 500 at the most",
    }),
  })
  .meta({ id: "TemplateRecord" });
export type TemplateRecord = z.infer<typeof TemplateRecord>;

/** Names one record. */
export const TemplateRecordKey = z
  .object({ tenant: TenantId, templateId: ResourceId })
  .meta({ id: "TemplateRecordKey" });
export type TemplateRecordKey = z.infer<typeof TemplateRecordKey>;

/** The type of the changes that tell that `TemplateRecord.usage` has changed. */
export const templateFiguresChanged = "template.figures_changed";
