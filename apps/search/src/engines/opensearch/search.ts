import {
  type FoundDocument,
  highlighter,
  type SearchAnswer,
  type SearchDocument,
  type SearchRequest,
  scoreOf,
} from "@nofx/search-core";
import { correctionsOf } from "../corrections.rules.ts";
import { lookupOf } from "../lookup.rules.ts";
import { unitsOf } from "../units.rules.ts";
import { type Cursor, cursorText, readCursor } from "./cursor.ts";
import { readDictionary } from "./dictionary.store.ts";
import { partsOf } from "./evidence.rules.ts";
import { countedMax, type Plan, planOf, searchBody } from "./plan.rules.ts";
import { askOne, type Found, type Reader, totalOf } from "./reader.ts";

interface Page {
  readonly mode: Cursor["mode"];
  readonly found: Found;
}

/** What has all words; where that is not enough for a page, what has some. */
const findPage = async (
  reader: Reader,
  plan: Plan,
  request: SearchRequest,
  from: { readonly today: number; readonly after: Cursor | undefined },
): Promise<Page> => {
  const ask = async (mode: Cursor["mode"]): Promise<Page> => ({
    mode,
    found: await askOne(reader, searchBody(plan, request, mode, from)),
  });
  if (from.after) return await ask(plan.some ? from.after.mode : "all");
  const all = await ask("all");
  return plan.some && totalOf(all.found) < request.limit ? await ask("some") : all;
};

type FoundHit = Found["hits"]["hits"][number];

const foundDocument = (hit: FoundHit, plan: Plan, { mode }: Page, explain: boolean, today: number): FoundDocument => {
  const { document } = hit._source as { readonly document: SearchDocument };
  const hasAll = plan.all !== undefined && (mode === "all" || hit.matched_queries?.includes("all") === true);
  const parts = partsOf(document, plan, hasAll, today);
  return {
    document,
    score: scoreOf(parts),
    highlights: highlighter(new Set(plan.shares.flatMap(({ stems }) => stems)))(document),
    explain: explain ? parts : undefined,
  };
};

const nextOf = ({ mode, found }: Page, limit: number, today: number): string | undefined => {
  const last = found.hits.hits[limit - 1];
  if (!last?.sort || found.hits.hits.length <= limit) return undefined;
  const [value = "", key = ""] = last.sort;
  return cursorText({ mode, place: [value, String(key)], today });
};

const facetsOf = ({ aggregations }: Found, { facets }: SearchRequest): SearchAnswer["facets"] =>
  Object.fromEntries(
    facets.map((facet) => {
      const buckets = aggregations?.[facet]?.values?.buckets ?? [];
      return [facet, buckets.map(({ key, doc_count }) => ({ value: key, count: doc_count }))];
    }),
  );

const dayMs = 86_400_000;

/** Finds a page: first what the viewer's documents know of the words, then what fits. */
export const search = async (reader: Reader, request: SearchRequest, now: () => Date): Promise<SearchAnswer> => {
  const { query, viewer, limit, sort, explain } = request;
  const after = request.after === undefined ? undefined : readCursor(request.after, sort);
  const today = after?.today ?? Math.floor(now().getTime() / dayMs);
  const units = unitsOf(query);
  const dictionary = await readDictionary(reader, viewer, lookupOf(query, units, []));
  const plan = planOf(query, units, dictionary);
  const page = await findPage(reader, plan, request, { today, after });
  const total = totalOf(page.found);
  return {
    found: page.found.hits.hits.slice(0, limit).map((hit) => foundDocument(hit, plan, page, explain, today)),
    next: nextOf(page, limit, today),
    total: {
      value: Math.min(total, countedMax),
      relation: total > countedMax ? "gte" : (page.found.hits.total?.relation ?? "eq"),
    },
    facets: facetsOf(page.found, request),
    corrections: correctionsOf(query, dictionary.corrections),
  };
};
