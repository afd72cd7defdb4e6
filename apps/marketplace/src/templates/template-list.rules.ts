import { createHash } from "node:crypto";
import type { TemplateFacet, TemplateFacets, TemplateSort, TemplateSummary } from "@nofx/contract-marketplace";
import { z } from "zod";

type Several<T extends string = string> = T | readonly T[] | undefined;

/** What a list of templates was asked for. */
export interface TemplateFilter {
  readonly tenant?: Several;
  readonly kind?: Several<TemplateSummary["kind"]>;
  readonly category?: Several;
  readonly author?: Several;
  readonly license?: Several;
  readonly status?: Several<TemplateSummary["status"]>;
  readonly environment?: Several;
  readonly visibility?: Several<TemplateSummary["visibility"]>;
  readonly tag?: Several;
  readonly agent?: Several;
  readonly search?: string | undefined;
  readonly minRating?: number | undefined;
  readonly sort?: TemplateSort | undefined;
  /** Labels that all templates of the list have, whatever else is asked for. With them, disabled ones are listed, too. */
  readonly within?: readonly string[];
}

/** What to read: the database's functions take it as it is. */
export interface Selection {
  /** Of each group, a template has at least one label. */
  readonly groups: readonly (readonly string[])[];
  readonly search: string | undefined;
  readonly minRating: number | undefined;
  readonly sort: "relevance" | "recent" | "name" | "rating" | UseSort;
}

/** Orders by how templates are run. */
const useSorts = ["popular", "trending", "success"] as const;
type UseSort = (typeof useSorts)[number];
export const isByUse = (sort: string): sort is UseSort => useSorts.some((each) => each === sort);

/** What to count, over which templates. */
export interface Count {
  readonly groups: Selection["groups"];
  readonly facets: readonly TemplateFacet[];
}

/** A value of a facet, and how many templates have it; of the facet `total`, how many there are. */
export interface Counted {
  readonly facet: TemplateFacet | "total";
  readonly value: string;
  readonly count: number;
}

/** Where a page ended: the value it is sorted by, and the template. By relevance and rating, `key` is the time of the change; by use the name. */
export interface TemplatePosition {
  readonly key: string;
  readonly rank: number;
  readonly tenant: string;
  readonly templateId: string;
}

const each = (values: Several): readonly string[] => (values === undefined ? [] : [...new Set([values].flat())].sort());

/** Filters whose values are alternatives; those of the others must all fit. */
const alternatives = [
  "tenant",
  "kind",
  "category",
  "author",
  "license",
  "status",
  "environment",
  "visibility",
] as const;
const conjunctions = ["tag", "agent"] as const;

/** Each group of labels, by the filter that it comes from. */
const groupsOf = (filter: TemplateFilter): { readonly field: string; readonly labels: readonly string[] }[] => {
  const anyOf = alternatives.map((field) => ({
    field,
    labels: each(filter[field]).map((value) => `${field}:${value}`),
  }));
  const allOf = conjunctions.flatMap((field) =>
    each(filter[field]).map((value) => ({ field, labels: [`${field}:${value}`] })),
  );
  const isOpen = filter.status === undefined && filter.within === undefined;
  return [
    ...(filter.within ?? []).map((label) => ({ field: "within", labels: [label] })),
    ...anyOf.filter(({ labels }) => labels.length > 0),
    ...allOf,
    ...(isOpen ? [{ field: "status", labels: ["is:listed"] }] : []),
  ];
};

const labelsOf = (groups: ReturnType<typeof groupsOf>): Selection["groups"] => groups.map(({ labels }) => labels);

/** A search without a word in it is none, and nothing is relevant to none. */
export const selectionOf = (filter: TemplateFilter): Selection => {
  const search = filter.search?.trim() ? filter.search : undefined;
  const { sort = "relevance" } = filter;
  const isRanked = sort === "relevance" && search !== undefined;
  return {
    groups: labelsOf(groupsOf(filter)),
    search,
    minRating: filter.minRating,
    sort: isRanked || sort === "name" || sort === "rating" || isByUse(sort) ? sort : "recent",
  };
};

/** The facets that were asked for, each once. */
export const facetsAsked = (asked: string | readonly string[] | undefined): readonly TemplateFacet[] =>
  each([asked ?? []].flat().flatMap((list) => list.split(","))) as readonly TemplateFacet[];

/**
 * What to count for these facets; the first one counts the list itself. The values of a filter whose values are
 * alternatives are counted as if none of them was chosen: each would come beside the others, or in their place. Who asks
 * for no status would get the disabled ones with it: those are counted apart.
 */
export const countsOf = (filter: TemplateFilter, facets: readonly TemplateFacet[]): readonly [Count, ...Count[]] => {
  const groups = groupsOf(filter);
  const without = (facet: TemplateFacet) => groups.filter(({ field }) => field !== facet);
  const isFree = (facet: TemplateFacet): boolean => facet === "tag" || facet === "agent" || filter[facet] === undefined;
  const isOpen = facets.includes("status") && without("status").length < groups.length && isFree("status");
  const disabled = { field: "status", labels: ["status:disabled"] };
  return [
    { groups: labelsOf(groups), facets: facets.filter(isFree) },
    ...(isOpen ? [{ groups: labelsOf([...without("status"), disabled]), facets: ["status" as const] }] : []),
    ...facets.filter((facet) => !isFree(facet)).map((facet) => ({ groups: labelsOf(without(facet)), facets: [facet] })),
  ];
};

/** The counts as an answer has them: of each facet that was asked for, whatever was found. */
export const countsShown = (
  facets: readonly TemplateFacet[],
  counted: readonly Counted[],
): { readonly total: number; readonly facets: TemplateFacets } => ({
  total: counted.find(({ facet }) => facet === "total")?.count ?? 0,
  facets: Object.fromEntries(
    facets.map((facet) => [
      facet,
      counted.filter((one) => one.facet === facet).map(({ value, count }) => ({ value, count })),
    ]),
  ),
});

/** What a cursor holds. It comes from outside: everything in it is something that the database can compare. */
export const positionOf = ({ sort }: Selection) =>
  z.object({
    key:
      sort === "name" || isByUse(sort)
        ? z
            .string()
            .max(500)
            .regex(/^[^\0]*$/)
        : z.iso.datetime().regex(/^[1-9]/),
    // Behind those that were run come the others, with -1.
    rank: z.number().min(-1).max(1e15),
    tenant: z.string().regex(/^[a-z0-9-]{1,63}$/),
    templateId: z.string().regex(/^[a-z0-9._-]{1,128}$/),
  });

/** A cursor is good for the filters and the order it was made with. */
export const listName = ({ groups, search, minRating, sort }: Selection): string => {
  const all = JSON.stringify([groups, search, minRating, sort]);
  return `templates ${createHash("sha256").update(all).digest("base64url").slice(0, 22)}`;
};
