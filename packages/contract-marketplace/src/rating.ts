import { ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";

/** How good a template is. */
export const Stars = z.int().min(1).max(5).meta({ id: "Stars", description: "1 (bad) to 5 (very good)" });

const mean = z.number().optional();
const count = z.int().min(0);

/** What all ratings of a template add up to. */
export const RatingTotals = z
  .object({
    average: mean.meta({ description: "Mean of all ratings; absent if there is none" }),
    count,
    bayesian: mean.meta({
      description:
        "The mean as if 15 more had rated it like the templates of its category: few ratings weigh little. Good for comparing templates. Absent if there is no rating",
    }),
    histogram: z
      .object({ 1: count, 2: count, 3: count, 4: count, 5: count })
      .meta({ description: "How many gave how many stars" }),
  })
  .meta({ id: "RatingTotals" });
export type RatingTotals = z.infer<typeof RatingTotals>;

/** The same for a template in full, also by version: those that were rated, highest precedence first, up to 100. */
export const TemplateRating = RatingTotals.extend({
  byVersion: z.array(z.object({ version: SemVer, average: z.number(), count: z.int().min(1) })),
}).meta({ id: "TemplateRating" });
export type TemplateRating = z.infer<typeof TemplateRating>;

/** The caller's rating of a template. */
export const OwnRating = z
  .object({
    tenant: TenantId.meta({ description: "The template's" }),
    templateId: ResourceId,
    version: SemVer.meta({ description: "The version that was rated" }),
    rating: Stars,
    comment: z.string().optional(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "OwnRating" });
export type OwnRating = z.infer<typeof OwnRating>;

/** A rating as everybody sees it who may read the template. */
export const ListedRating = z
  .object({
    id: z.uuid(),
    version: SemVer,
    rating: Stars,
    comment: z.string().optional(),
    updatedAt: Timestamp,
    by: z
      .object({ tenant: TenantId, subject: z.string() })
      .optional()
      .meta({ description: "Who rated; told to members of the rater's own tenant only" }),
  })
  .meta({ id: "ListedRating" });
export type ListedRating = z.infer<typeof ListedRating>;
