import { parseQuery, type SearchEngine, type SearchRequest, type SearchSort } from "@nofx/search-core";
import { type Corpus, documentOf, vocabularyOf, wordOfRank } from "../documents.ts";

const facets = ["type", "category", "tag", "status", "rating"] as const;
const viewer = { tenantId: "t1", seesAll: false };

/** Swaps two letters in the middle. */
const misspelt = (word: string): string => {
  const at = Math.floor(word.length / 2);
  return word.slice(0, at - 1) + word[at] + word[at - 1] + word.slice(at + 1);
};

/** Kinds of questions, each another one every round. */
export const questionsOf = (engine: Pick<SearchEngine<unknown>, "search" | "suggest">, corpus: Corpus) => {
  const vocabulary = vocabularyOf(corpus);
  const common = (round: number) => wordOfRank(round % 10);
  const middling = (round: number) => wordOfRank(40 + (round % 60));
  const rare = (round: number) => wordOfRank(Math.floor(vocabulary * 0.6) + (round % 500));
  const ask = (q: string, sort: SearchSort = "relevance", counted: SearchRequest["facets"] = []) =>
    engine.search(1, {
      viewer,
      query: parseQuery(q),
      sort,
      facets: counted,
      explain: false,
      limit: 20,
      after: undefined,
    });
  const nameOf = (round: number) => documentOf(corpus, (round * 7_919) % corpus.documents).name;
  return {
    rare: (round: number) => ask(`${rare(round)} `),
    common: (round: number) => ask(`${common(round)} `),
    middling: (round: number) => ask(`${middling(round)} `),
    "two common": (round: number) => ask(`${common(round)} ${common(round + 3)} `),
    "three words": (round: number) => ask(`${common(round)} ${middling(round)} ${middling(round + 7)} `),
    "common and rare": (round: number) => ask(`${common(round)} ${rare(round)} `),
    typing: (round: number) => ask(`${common(round)} ${middling(round).slice(0, 3)}`),
    typo: (round: number) => ask(`${misspelt(middling(round))} `),
    name: (round: number) => ask(nameOf(round)),
    phrase: (round: number) => ask(`"${common(round)} ${common(round + 1)}" `),
    filtered: (round: number) => ask(`${common(round)} type:template tag:topic-${round % 20} `),
    faceted: (round: number) => ask(`${common(round)} type:agent `, "relevance", facets),
    "faceted, few": (round: number) => ask(`${rare(round)} `, "relevance", facets),
    recent: (round: number) => ask(`${middling(round)} `, "recent"),
    everything: () => ask("", "relevance", facets),
    suggest: (round: number) =>
      engine.suggest(1, { viewer, text: middling(round).slice(0, 1 + (round % 5)), limit: 8, types: [] }),
    "suggest, typo": (round: number) =>
      engine.suggest(1, { viewer, text: misspelt(middling(round)), limit: 8, types: [] }),
  };
};
