import {
  keyText,
  type ParsedQuery,
  type QueryFilter,
  type SearchDocument,
  type SearchRequest,
  stemOf,
  type Term,
  type Viewer,
  wordsOf,
} from "@nofx/search-core";

/** The texts of a document: a phrase is within one of them. */
const textsOf = (document: SearchDocument): string[][] =>
  [
    document.name,
    document.id,
    ...document.aliases,
    ...document.tags,
    ...document.capabilities,
    document.description ?? "",
    `${document.tenant}/${document.id}`,
    ...document.categories,
    ...document.agents,
    document.body,
  ].map((text) => wordsOf(text).map(({ word }) => word));

const isVisible = ({ tenantId, seesAll }: Viewer, { visibility, tenant, status }: SearchDocument): boolean =>
  status !== "disabled" && (seesAll || visibility === "public" || tenant === tenantId);

const fitsTerm = ({ words, isPrefix }: Term, document: SearchDocument, seen: readonly SearchDocument[]): boolean => {
  const last = words.at(-1) ?? "";
  const beginnings = isPrefix
    ? seen.flatMap((other) => textsOf(other).flat()).filter((word) => word.startsWith(last))
    : [];
  const lastStems = new Set([last, ...beginnings].map(stemOf));
  const fits = (found: string | undefined, at: number) => {
    const stem = stemOf(found ?? "");
    return at === words.length - 1 ? lastStems.has(stem) : stem === stemOf(words[at] ?? "");
  };
  return textsOf(document).some((text) =>
    text.some((_, start) => words.every((_word, at) => fits(text[start + at], at))),
  );
};

const compare = (value: number, comparison: QueryFilter["comparison"], other: number): boolean =>
  ({ "=": value === other, "<": value < other, "<=": value <= other, ">": value > other, ">=": value >= other })[
    comparison
  ];

const fitsValue = (document: SearchDocument, { field, comparison }: QueryFilter, value: string): boolean => {
  const one = { type: document.type, status: document.status, tenant: document.tenant, author: document.author };
  if (field === "tag") return document.tags.includes(value);
  if (field === "rating")
    return document.ratingCount > 0 && compare(document.ratingAverage ?? 0, comparison, Number(value));
  return one[field as keyof typeof one] === value;
};

const fitsFilter = (document: SearchDocument, filter: QueryFilter): boolean =>
  filter.values.some((value) => fitsValue(document, filter, value)) !== filter.isNegated;

/** What a search finds, looked for in the simplest way. */
export const modelMatches = (
  documents: readonly SearchDocument[],
  { viewer, limit }: Pick<SearchRequest, "viewer" | "limit">,
  query: ParsedQuery,
): SearchDocument[] => {
  const seen = documents.filter((document) => isVisible(viewer, document));
  const open = seen.filter(
    (document) =>
      query.filters.every((filter) => fitsFilter(document, filter)) &&
      !query.excluded.some((term) => fitsTerm(term, document, seen)),
  );
  const fits = (document: SearchDocument) => (group: readonly Term[]) =>
    group.some((term) => fitsTerm(term, document, seen));
  const all = open.filter((document) => query.groups.every(fits(document)));
  if (query.groups.length < 2 || all.length >= limit) return all;
  return open.filter((document) => query.groups.some(fits(document)));
};

/** How many have each value. */
export const modelFacet = (
  documents: readonly SearchDocument[],
  valuesOf: (document: SearchDocument) => readonly string[],
): { value: string; count: number }[] => {
  const counts = new Map<string, number>();
  for (const value of documents.flatMap(valuesOf)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
};

export const keysOf = (documents: readonly SearchDocument[]): string[] => documents.map(keyText).sort();
