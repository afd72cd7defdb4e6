import { page, pageQuery, ResourceId, Tag, TenantId, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { readTemplates, TemplateStatus, TemplateSummary } from "./template.ts";
import * as examples from "./template-examples.ts";
import { TemplateKind } from "./template-manifest.ts";

/** In which order a list of templates comes. */
export const TemplateSort = z
  .enum(["relevance", "recent", "updated", "name", "rating", "popular", "trending", "success"])
  .meta({
    description:
      "`relevance`: best match of `search` first; `recent`, also called `updated`: latest changed first; `name`: A to Z; `rating`: highest Bayesian mean first, then the unrated ones, latest changed first; `popular`: highest `popularityScore` first; `trending`: most runs first, each worth half as much with every 3 days that it is older; `success`: highest lower bound of the success rate of 30 days first; by each of these three, templates without such runs come last, A to Z. Default: `relevance` with `search`, else `recent`; so is `relevance` without `search`",
  });
export type TemplateSort = z.infer<typeof TemplateSort>;

/** What templates can be counted by. */
export const templateFacets = [
  "category",
  "tag",
  "kind",
  "author",
  "license",
  "agent",
  "status",
  "environment",
] as const;
export type TemplateFacet = (typeof templateFacets)[number];

/** How many templates have a value. */
export const FacetCount = z
  .object({
    value: z.string(),
    count: z.int().meta({ description: "Templates that the list would have if this value were chosen too" }),
  })
  .meta({ id: "FacetCount" });
export type FacetCount = z.infer<typeof FacetCount>;

const facetCounts = z.array(FacetCount).optional();

/** For each facet that was asked for, its most frequent values. */
export const TemplateFacets = z
  .object({
    category: facetCounts.meta({ description: "A template counts for its category and for all above it" }),
    tag: facetCounts,
    kind: facetCounts,
    author: facetCounts,
    license: facetCounts,
    agent: facetCounts,
    status: facetCounts,
    environment: facetCounts,
  })
  .meta({ id: "TemplateFacets", description: "At most 50 values each, the most frequent first" });
export type TemplateFacets = z.infer<typeof TemplateFacets>;

const text = z.string().min(1).max(200);
const facetList = z
  .string()
  .max(500)
  .regex(new RegExp(`^(?:${templateFacets.join("|")})(?:,(?:${templateFacets.join("|")}))*$`), {
    error: `Use a comma-separated list of: ${templateFacets.join(", ")}`,
  });

/** A parameter that may come several times: `tag=a&tag=b`. */
const repeatable = <T extends z.ZodType>(item: T, description: string) =>
  z
    .union([item, z.array(item).min(1).max(10)])
    .optional()
    .meta({ description });

/** How templates are looked for, on both surfaces. */
export const templateSearchQuery = {
  search: z.string().max(200).optional().meta({
    description:
      'Words in names, ids, tags, categories, agents and descriptions, in any form (`review` finds "reviews"), the last one also as a beginning; `"in this order"`, `this or that`, `-without`',
  }),
  tag: repeatable(Tag, "May come several times: templates that have all of them"),
  category: repeatable(ResourceId, "The category or one below it; several times: any of them"),
  status: repeatable(TemplateStatus, "Several times: any of them. Default: all but the disabled ones"),
  environment: repeatable(
    z.string().min(1).max(64),
    "An environment that the template defines, or where a prompt of your own tenant is switched on; several times: any of them",
  ),
  minRating: z.coerce.number().min(1).max(5).optional().meta({
    description: "Templates whose mean rating is at least this; never an unrated one",
  }),
  sort: TemplateSort.optional(),
  facets: z
    .union([facetList, z.array(facetList).min(1).max(10)])
    .optional()
    .meta({ description: "Count templates by these, comma-separated: the answer has `total` and `facets`" }),
};

/** What an answer has beside its templates. */
export const templateCounts = {
  total: z.int().optional().meta({ description: "Templates in the whole list; with `facets`" }),
  facets: TemplateFacets.optional(),
};

export const listTemplates = defineOperation({
  id: "listTemplates",
  method: "GET",
  path: "/api/templates",
  tag: "Templates",
  summary: "Find templates",
  description:
    "Lists the templates you may read, your own tenant's and everyone's public ones, in one order. Without a token: all public templates. Different filters apply together. Several values of one are alternatives, but of `tag` and `agent`: those must all fit. Disabled templates are listed only when asked for by status, to their own tenant. The builder's prompts are templates of kind `prompt`. With `facets`, the count of a value is what the list would have with it: for alternatives all other filters apply, and not the other values of the same. By relevance, a search that matches more than 2,000 templates lists the best of those with the words in their names and of the 2,000 most recently changed.",
  access: readTemplates,
  query: z.object({
    ...pageQuery,
    ...templateSearchQuery,
    tenant: repeatable(TenantId, "Whose templates; several times: any of them"),
    kind: repeatable(TemplateKind, "Several times: any of them"),
    author: repeatable(text, "`metadata.owner`; several times: any of them"),
    license: repeatable(text, "As the template says it; several times: any of them"),
    agent: repeatable(text, "An agent that the template uses; several times: all of them"),
    visibility: repeatable(Visibility, "Several times: any of them"),
  }),
  success: { 200: page("templates", TemplateSummary).extend(templateCounts) },
  example: examples.listTemplates,
  errors: [],
});
