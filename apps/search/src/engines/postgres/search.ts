import {
  type FoundDocument,
  freshness,
  highlighter,
  qualityParts,
  type SearchAnswer,
  type SearchRequest,
  scoreParts,
} from "@nofx/search-core";
import type { LimitFunction } from "p-limit";
import { correctionsOf } from "../corrections.rules.ts";
import { lookupOf } from "../lookup.rules.ts";
import { unitsOf } from "../units.rules.ts";
import { cursorText, readCursor } from "./cursor.ts";
import { readDictionary } from "./dictionary.store.ts";
import { conditionOf } from "./filters.rules.ts";
import { type Found, type FoundRow, findDocuments } from "./find.store.ts";
import type { KeptDictionaries } from "./kept-dictionaries.ts";
import { type Plan, planOf } from "./plan.rules.ts";
import type { Reader } from "./reader.ts";
import { type Clause, textsOf } from "./word-query.rules.ts";

/** A clause as it is told: the word, and what was found for it. */
const toldOf = (clause: Clause): string => {
  const texts = textsOf(clause);
  if (clause.isMark) return `${clause.word}*`;
  return texts.length === 1 && texts[0] === clause.word ? clause.word : `${clause.word}: ${texts.join(", ")}`;
};

/** Why a document has its score. */
const explained = (row: FoundRow, { clauses }: Plan, today: number) =>
  scoreParts({
    exact: row.exact,
    all: row.all,
    words: clauses.map((clause, index) => ({ word: toldOf(clause), value: row.words[index] ?? 0 })),
    ...qualityParts(row.document),
    freshness: freshness(row.document.updatedAt, today),
  });

/** Makes documents of rows, with what shows where they fit. */
const foundDocuments = (
  rows: readonly FoundRow[],
  plan: Plan,
  { explain }: SearchRequest,
  today: number,
): FoundDocument[] => {
  const highlightsOf = highlighter(new Set(plan.clauses.flatMap(textsOf).flatMap((text) => text.split(" "))));
  return rows.map((row) => ({
    document: row.document,
    score: row.score,
    highlights: highlightsOf(row.document),
    explain: explain ? explained(row, plan, today) : undefined,
  }));
};

const nextOf = ({ hits, mode }: Found, limit: number, today: number): string | undefined => {
  const last = hits[limit - 1];
  return last && hits.length > limit ? cursorText({ mode, value: last.value, key: last.key, today }) : undefined;
};

const dayMs = 86_400_000;

/** What searches of a process share. */
interface Means {
  readonly kept: KeptDictionaries;
  readonly searches: LimitFunction;
  readonly phrases: LimitFunction;
}

/** Finds a page: what the dictionary has, if that is not known yet, then what fits. */
export const search = async (
  db: Reader,
  { kept, searches, phrases }: Means,
  generation: number,
  request: SearchRequest,
  now: () => Date,
): Promise<SearchAnswer> => {
  const { query, viewer, limit, sort, facets } = request;
  const after = request.after === undefined ? undefined : readCursor(request.after);
  const today = after?.today ?? Math.floor(now().getTime() / dayMs);
  const units = unitsOf(query);
  const conditions = query.filters.map(conditionOf);
  const labels = conditions.flatMap((condition) => ("lexemes" in condition ? condition.lexemes : []));
  const lookup = lookupOf(query, units, labels);
  const read = () => readDictionary(db, generation, viewer, lookup);
  return await kept.use({ generation, viewer, lookup }, read, async (dictionary, isKept) => {
    const plan = planOf(query, unitsOf(query, dictionary.corrections), conditions, after ? [] : facets, dictionary);
    const applied = isKept ? dictionary.applied : undefined;
    const page = { sort, after, limit: limit + 1, enough: limit, today, shares: dictionary.shares, applied };
    const lane = plan.all.includes("<->") ? phrases : searches;
    const found = await lane(() => findDocuments(db, generation, viewer, plan, page));
    if (!found) return undefined;
    return {
      found: foundDocuments(found.hits.slice(0, limit), plan, request, today),
      next: nextOf(found, limit, today),
      total: { value: found.total, relation: found.more ? "gte" : "eq" },
      facets: Object.fromEntries(facets.map((facet) => [facet, found.facets[facet] ?? []])),
      corrections: correctionsOf(query, dictionary.corrections),
    };
  });
};
