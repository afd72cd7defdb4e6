import type { SearchFacet } from "@nofx/contract-search";
import type { QueryFilter, SearchDocument } from "@nofx/search-core";

const ratingBands = [4, 3, 2, 1] as const;
const successBands = [95, 90, 75, 50] as const;

/** What a document counts for in each facet. Bands hold what is above them, too: `4+` is in `3+`. */
export const facetValues = (document: SearchDocument): [SearchFacet, string][] => {
  const { type, categories, tags, capabilities, author, license, status, ratingAverage = 0, success = 0 } = document;
  const many = (facet: SearchFacet, values: readonly string[]) =>
    [...new Set(values)].map((value): [SearchFacet, string] => [facet, value]);
  return [
    ["type", type],
    ["status", status],
    ...many("category", categories),
    ...many("tag", tags),
    ...many("capability", capabilities),
    ...many("author", author === undefined ? [] : [author]),
    ...many("license", license === undefined ? [] : [license]),
    ...many(
      "rating",
      ratingBands.filter((band) => ratingAverage >= band).map((band) => `${band}+`),
    ),
    ...many(
      "success",
      successBands.filter((band) => success * 100 >= band).map((band) => `${band}+`),
    ),
  ];
};

const facetOfField: Partial<Record<QueryFilter["field"], SearchFacet>> = {
  type: "type",
  category: "category",
  tag: "tag",
  capability: "capability",
  author: "author",
  license: "license",
  status: "status",
  rating: "rating",
};

/** The facet whose values a filter chooses from: it is counted without it. */
export const facetOf = ({ field }: Pick<QueryFilter, "field">): SearchFacet | undefined => facetOfField[field];
