import {
  failuresOf,
  keyText,
  type Measured,
  measure,
  parseQuery,
  type SearchEngine,
  type Totals,
  totalsOf,
} from "@nofx/search-core";
import type { JudgedQuery, QueryKind } from "./judgments.ts";

/** How a judged query was answered. */
export interface Answered extends JudgedQuery {
  readonly measured: Measured;
  /** Documents that were found, best first. */
  readonly ranked: readonly string[];
}

/** How all of them were. */
export interface Evaluation {
  readonly answered: readonly Answered[];
  readonly totals: Totals;
  readonly kinds: ReadonlyMap<QueryKind, Totals>;
  /** Why the gate is closed; empty if it is open. */
  readonly failures: readonly string[];
}

const anybody = { tenantId: "", seesAll: false };

const answer = async (
  engine: Pick<SearchEngine<unknown>, "search">,
  generation: number,
  judged: JudgedQuery,
): Promise<Answered> => {
  const { found } = await engine.search(generation, {
    viewer: anybody,
    query: parseQuery(judged.query),
    sort: "relevance",
    facets: [],
    explain: false,
    limit: 10,
    after: undefined,
  });
  const ranked = found.map(({ document }) => keyText(document));
  return { ...judged, ranked, measured: measure(ranked, judged.grades) };
};

/** Means over answers, and over those of each kind of query. */
export const summarize = (answered: readonly Answered[]): Evaluation => {
  const totals = totalsOf(answered.map(({ measured }) => measured));
  const byKind = Map.groupBy(answered, ({ kind }) => kind);
  const kinds = new Map([...byKind].map(([kind, of]) => [kind, totalsOf(of.map(({ measured }) => measured))] as const));
  return { answered, totals, kinds, failures: failuresOf(totals, kinds) };
};

/** Asks an engine all judged queries, as nobody in particular does who reads the first page. */
export const evaluate = async (
  engine: Pick<SearchEngine<unknown>, "search">,
  generation: number,
  judged: readonly JudgedQuery[],
): Promise<Evaluation> => summarize(await Promise.all(judged.map((query) => answer(engine, generation, query))));
