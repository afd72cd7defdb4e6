import type { TemplateFacet } from "@nofx/contract-marketplace";
import type { Catalogue, Entry } from "./catalogue.ts";

/** Filters as lists of values. */
export interface Asked {
  readonly tenant?: readonly string[];
  readonly kind?: readonly Entry["kind"][];
  readonly category?: readonly string[];
  readonly author?: readonly string[];
  readonly license?: readonly string[];
  readonly status?: readonly Entry["status"][];
  readonly environment?: readonly string[];
  readonly visibility?: readonly Entry["visibility"][];
  readonly tag?: readonly string[];
  readonly agent?: readonly string[];
  /** Words, of which the last is a beginning, or `-` and a word that is not there. */
  readonly search?: string;
  /** The least mean. */
  readonly minRating?: number;
}

const sumOf = (stars: readonly number[]): number => stars.reduce((sum, each) => sum + each, 0);
const isOpen = ({ visibility, status }: Entry): boolean => visibility === "public" && status !== "disabled";

/** A category and all above it. */
const line = (category: string | null, parents: Catalogue["parents"]): string[] =>
  category === null ? [] : [category, ...line(parents[category] ?? null, parents)];

/** What a template can be found by, for somebody. */
const valuesOf = (
  entry: Entry,
  me: string,
  parents: Catalogue["parents"],
): Record<TemplateFacet, readonly string[]> => ({
  category: line(entry.category, parents),
  tag: entry.tags,
  kind: [entry.kind],
  author: entry.author === null ? [] : [entry.author],
  license: entry.license === null ? [] : [entry.license],
  agent: entry.agents,
  status: [entry.status],
  environment: [
    ...new Set([
      ...entry.environments,
      ...(entry.tenant === me ? entry.deployed.filter(({ enabled }) => enabled).map((one) => one.environment) : []),
    ]),
  ],
});

const isSeen = (entry: Entry, me: string): boolean => entry.tenant === me || isOpen(entry);

const isFound = ({ name, id }: Entry, search: string | undefined): boolean => {
  const has = [...name.split(" "), ...id.split("-")];
  const asked = search?.split(" ") ?? [];
  return asked.every((word, index) => {
    if (word.startsWith("-")) return !has.includes(word.slice(1));
    return index === asked.length - 1 ? has.some((one) => one.startsWith(word)) : has.includes(word);
  });
};

const fits = (entry: Entry, me: string, asked: Asked, parents: Catalogue["parents"]): boolean => {
  const has: Record<string, readonly string[]> = {
    ...valuesOf(entry, me, parents),
    tenant: [entry.tenant],
    visibility: [entry.visibility],
  };
  const anyOf = (
    ["tenant", "kind", "category", "author", "license", "status", "environment", "visibility"] as const
  ).every((field) => !asked[field] || asked[field].some((value) => has[field]?.includes(value)));
  const allOf = (["tag", "agent"] as const).every((field) =>
    (asked[field] ?? []).every((value) => has[field]?.includes(value)),
  );
  const isListed = asked.status !== undefined || entry.status !== "disabled";
  const isRated = !asked.minRating || sumOf(entry.stars) / entry.stars.length >= asked.minRating;
  return isSeen(entry, me) && anyOf && allOf && isListed && isFound(entry, asked.search) && isRated;
};

/** The list by the meaning of its words, without order. */
export const listed = ({ entries, parents }: Catalogue, me: string, asked: Asked): Entry[] =>
  entries.filter((entry) => fits(entry, me, asked, parents));

const compare = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

const order = {
  name: (one: Entry, other: Entry) =>
    compare(one.name, other.name) || compare(one.tenant, other.tenant) || compare(one.id, other.id),
  recent: (one: Entry, other: Entry) =>
    other.minute - one.minute || compare(other.tenant, one.tenant) || compare(other.id, one.id),
};

export const namesIn = (entries: readonly Entry[], sort: keyof typeof order): string[] =>
  entries.toSorted(order[sort]).map(({ tenant, id }) => `${tenant}/${id}`);

/** The same in the order of ratings: the Bayesian mean of each, from all ratings that everybody may read. */
export const namesByRating = ({ entries: all }: Catalogue, entries: readonly Entry[]): string[] => {
  const meanOf = (some: readonly Entry[]): number | undefined => {
    const stars = some.filter(isOpen).flatMap((entry) => entry.stars);
    return stars.length > 0 ? sumOf(stars) / stars.length : undefined;
  };
  const scoreOf = ({ stars, category }: Entry): number => {
    const sameCategory = category === null ? [] : all.filter((entry) => entry.category === category);
    return (15 * (meanOf(sameCategory) ?? meanOf(all) ?? 3) + sumOf(stars)) / (15 + stars.length);
  };
  const rated = entries.filter(({ stars }) => stars.length > 0);
  const best = rated.toSorted(
    (one, other) => scoreOf(other) - scoreOf(one) || compare(other.tenant, one.tenant) || compare(other.id, one.id),
  );
  const unrated = entries.filter(({ stars }) => stars.length === 0);
  return [...best.map(({ tenant, id }) => `${tenant}/${id}`), ...namesIn(unrated, "recent")];
};

/** For each value of a facet, how long the list would be if that were chosen too, by making that list. */
export const countsIn = (
  catalogue: Catalogue,
  me: string,
  asked: Asked,
  facet: TemplateFacet,
): { value: string; count: number }[] => {
  const all = new Set(catalogue.entries.flatMap((entry) => valuesOf(entry, me, catalogue.parents)[facet]));
  const chosen = (value: string) => (facet === "tag" || facet === "agent" ? [...(asked[facet] ?? []), value] : [value]);
  return [...all]
    .map((value) => ({ value, count: listed(catalogue, me, { ...asked, [facet]: chosen(value) }).length }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count || compare(one.value, other.value));
};
