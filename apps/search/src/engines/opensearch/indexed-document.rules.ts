import type { SearchFacet } from "@nofx/contract-search";
import { fold, keyText, quality, qualityParts, type SearchDocument, stemOf, wordsOf } from "@nofx/search-core";
import { facetValues } from "../facet-values.rules.ts";
import { exactValue, labelValue, spelledValue } from "./values.rules.ts";

/** Words of a text that are indexed; what comes behind says little. */
const wordsMax = 4_000;

/** Less than the least quality, below 0. */
const qualityShift = 2;

/** The texts of a document by how much their words count. */
export const textsOf = (document: SearchDocument) => {
  const { tenant, id, name, aliases, tags, capabilities, description, categories, agents, body } = document;
  return {
    name: [name, id, ...aliases],
    label: [...tags, ...capabilities],
    description: [description ?? ""],
    rest: [`${tenant}/${id}`, ...categories, ...agents, body],
  } as const;
};

const wordsIn = (text: string): string[] =>
  wordsOf(text)
    .slice(0, wordsMax)
    .map(({ word }) => word);

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** The stems of texts, each once. */
export const stemsIn = (texts: readonly string[]): string[] =>
  distinct(texts.flatMap((text) => wordsIn(text).map(stemOf)));

/** Names, ids and aliases as one is asked for as a whole. */
export const exactNames = ({ tenant, id, name, aliases }: SearchDocument): string[] =>
  distinct([name, id, ...aliases, `${tenant} ${id}`].map((text) => exactValue(wordsIn(text)))).filter(Boolean);

const labelsOf = (document: SearchDocument, facets: readonly [SearchFacet, string][]): string[] => {
  const { tenant, kind, agents } = document;
  const known = facets.map(([field, value]) => labelValue(field, value));
  const used = agents.flatMap((agent) => [agent, agent.slice(agent.indexOf("/") + 1)]);
  const kinds = kind === undefined ? [] : [labelValue("kind", kind)];
  const uses = used.map((agent) => labelValue("agent", agent));
  return distinct([...known, labelValue("tenant", tenant), ...kinds, ...uses]);
};

const facetsOf = (facets: readonly [SearchFacet, string][]): Partial<Record<SearchFacet, string[]>> =>
  Object.fromEntries(
    [...Map.groupBy(facets, ([facet]) => facet)].map(([facet, values]) => [facet, values.map(([, value]) => value)]),
  );

/** What the index keeps of a document. Depends on nothing else: the same document always gives the same. */
export const indexedDocument = (document: SearchDocument) => {
  const texts = textsOf(document);
  const all = Object.values(texts).flat();
  const words = distinct(all.flatMap(wordsIn));
  const facets = facetValues(document);
  const scope = document.visibility === "public" ? "" : document.tenant;
  return {
    key: keyText(document),
    tenant: document.tenant,
    visibility: document.visibility,
    document,
    text: all.map((text) => wordsIn(text).map(stemOf).join(" ")).filter(Boolean),
    stems: { name: stemsIn(texts.name), label: stemsIn(texts.label), description: stemsIn(texts.description) },
    words,
    spelled: words.map((word) => spelledValue(scope, word)),
    exact: exactNames(document),
    named: distinct(texts.name.flatMap(wordsIn)),
    labels: labelsOf(document, facets),
    facets: facetsOf(facets),
    name: fold(document.name),
    updated: Date.parse(document.updatedAt),
    rating: document.ratingBayesian ?? 0,
    usage: document.usage30d,
    mean: document.ratingAverage ?? 0,
    quality: quality(qualityParts(document)) + qualityShift,
  };
};
