import { pageQuery, ResourceId, Tag, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { DocumentType, Hit } from "./hit.ts";
import * as examples from "./search-examples.ts";

const tag = "Search";

/** Reading is open to everybody, within what they may see. */
export const readIndex = { scope: "agents:read", anonymous: true } as const;

/** The operator, who rebuilds the index, searches all of it. */
const searchIndex = { ...readIndex, operator: true } as const;

/** A parameter that may come several times: `tag=a&tag=b`. */
const repeatable = <T extends z.ZodType>(item: T, description: string) =>
  z
    .union([item, z.array(item).min(1).max(10)])
    .optional()
    .meta({ description });

/** What hits can be counted by. */
export const searchFacets = [
  "type",
  "category",
  "tag",
  "capability",
  "author",
  "license",
  "status",
  "rating",
  "success",
] as const;
export type SearchFacet = (typeof searchFacets)[number];

const FacetCounts = z
  .array(z.object({ value: z.string(), count: z.int().min(0) }))
  .optional()
  .meta({
    description: "The most frequent values, at most 50; `rating` and `success` are bands such as `4+` and `90+`",
  });

/** For each facet that was asked for: what the search would find with a value of it, under all filters but its own. */
export const SearchFacets = z
  .object({
    type: FacetCounts,
    category: FacetCounts,
    tag: FacetCounts,
    capability: FacetCounts,
    author: FacetCounts,
    license: FacetCounts,
    status: FacetCounts,
    rating: FacetCounts,
    success: FacetCounts,
  })
  .meta({ id: "SearchFacets" });
export type SearchFacets = z.infer<typeof SearchFacets>;

const facetNames = searchFacets.join("|");
const facetList = z
  .string()
  .max(200)
  .regex(new RegExp(`^(?:${facetNames})(?:,(?:${facetNames}))*$`), {
    error: `Use a comma-separated list of: ${searchFacets.join(", ")}`,
  });
const text = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, "Leave out U+0000");

/** How far the index has come. */
export const Freshness = z
  .object({
    satisfied: z.boolean().meta({ description: "false: `min_change` has not arrived within two seconds" }),
    stale: z
      .boolean()
      .meta({ description: "true: a registry could not be followed for a while; `sources` tell which" }),
    sources: z.array(
      z.object({
        source: z.enum(["registry", "marketplace"]),
        reachable: z.boolean(),
        seenAt: Timestamp.optional().meta({ description: "When its feed was last read to the end" }),
      }),
    ),
  })
  .meta({ id: "Freshness" });
export type Freshness = z.infer<typeof Freshness>;

/** Something that was not understood, or done otherwise than asked. */
export const SearchWarning = z
  .object({
    code: z.string(),
    message: z.string(),
    at: z.int().optional().meta({ description: "Place in `q`, from 0" }),
  })
  .meta({ id: "SearchWarning" });
export type SearchWarning = z.infer<typeof SearchWarning>;

export const unifiedSearch = defineOperation({
  id: "unifiedSearch",
  method: "GET",
  path: "/api/search",
  tag,
  summary: "Search agents and templates",
  description:
    'Words in any form and order, the last one also as a beginning, typos included; `"a phrase"`, `-without`, `this or that`, and fields: `type:template tag:review category:… agent:code-review author:… status:… license:… capability:… updated:>2026-01-01 rating:>=4`. What cannot be read is searched as words, and `warnings` says so: no query is an error. All words must fit; if too little fits, hits with some of them follow. Exact ids and names come first. Deprecated ones come later, disabled ones not at all. `total` and facets are exact up to 1,000 matches. Beyond, counts of facets are estimates, and the pages by `relevance` end with the best candidates, some hundred; those of other orders go on to the last match. Queries are kept for a time, by default 90 days, to learn how well they are answered: without who asked, and without what looks like an address of mail, a secret or a long number.',
  access: searchIndex,
  query: z.object({
    ...pageQuery,
    q: z.string().default("").meta({ description: "Beyond 500 characters it is cut, with a warning" }),
    type: repeatable(DocumentType, "Several times: any of them"),
    category: repeatable(ResourceId, "The category or one below it; several times: any of them"),
    tag: repeatable(Tag, "Several times: all of them"),
    capability: repeatable(text, "Several times: all of them"),
    agent: repeatable(text, "Templates that use the agent, `id` or `tenant/id`; several times: all of them"),
    author: repeatable(text, "Several times: any of them"),
    license: repeatable(text, "Several times: any of them"),
    status: repeatable(z.enum(["active", "deprecated"]), "Several times: any of them"),
    tenant: repeatable(TenantId, "Whose; several times: any of them"),
    minRating: z.coerce.number().min(1).max(5).optional().meta({ description: "Mean rating; never an unrated one" }),
    sort: z
      .enum(["relevance", "recent", "rating", "popular", "name"])
      .default("relevance")
      .meta({ description: "`relevance` without words: the best first, by quality" }),
    facets: facetList.optional().meta({ description: "Count hits by these, comma-separated" }),
    explain: z.enum(["true", "false"]).default("false").meta({ description: "Break scores down" }),
    min_change: z.uuid().optional().meta({
      description:
        "A change id that a write answered (`NOFX-Change`): waits up to two seconds until it is in the index",
    }),
  }),
  success: {
    200: z.object({
      hits: z.array(Hit),
      nextCursor: z.string().optional().meta({ description: "Absent on the last page" }),
      total: z.object({
        value: z.int(),
        relation: z.enum(["eq", "gte"]).meta({ description: "`gte`: there are more than this" }),
      }),
      facets: SearchFacets.optional(),
      didYouMean: z.string().optional().meta({ description: "The query with words that are there" }),
      warnings: z.array(SearchWarning),
      freshness: Freshness,
      searchId: z.uuid().meta({ description: "Names this search in recordSearchClick" }),
    }),
  },
  example: examples.unifiedSearch,
  errors: [],
});

export const suggestSearch = defineOperation({
  id: "suggestSearch",
  method: "GET",
  path: "/api/search/suggest",
  tag,
  summary: "Suggest what to search for",
  description:
    "Names and ids that begin with what was typed, or nearly so, the best first: to be asked with every key.",
  access: searchIndex,
  query: z.object({
    q: z.string().default("").meta({ description: "What was typed so far" }),
    limit: z.coerce.number().int().min(1).max(20).default(8).meta({ description: "Suggestions at the most" }),
    type: repeatable(DocumentType, "Several times: any of them"),
  }),
  success: {
    200: z.object({
      suggestions: z.array(
        z.object({
          text: z.string(),
          type: DocumentType,
          tenant: TenantId,
          id: ResourceId,
          url: z.string(),
        }),
      ),
    }),
  },
  example: examples.suggestSearch,
  errors: [],
});

export const recordSearchClick = defineOperation({
  id: "recordSearchClick",
  method: "POST",
  path: "/api/search/clicks",
  tag,
  summary: "Tell which hit was chosen",
  description:
    "Feeds the measures of relevance: kept for as long as queries are, without who it was. Open to everybody who may search. Counted once for each hit of a search, and only if the search was given less than a day ago and had as many hits, and the document is there. The answer is the same whether or not that is so.",
  access: searchIndex,
  body: z.object({
    searchId: z.uuid(),
    type: DocumentType,
    tenant: TenantId,
    id: ResourceId,
    position: z.int().min(1).max(1_000).meta({ description: "Its place among the hits, from 1" }),
  }),
  success: { 204: null },
  example: examples.recordSearchClick,
  errors: [],
});
