import { rarity, standInWeights, stemOf, type Term } from "@nofx/search-core";
import type { Dictionary } from "./dictionary.rules.ts";
import { quoted } from "./lexemes.rules.ts";

/** Words that count together: what they are found by, and how much they add to a score. */
export interface Clause {
  readonly word: string;
  readonly lexemes: readonly string[];
  readonly rarity: number;
  /** Less for what stands in for what was typed. */
  readonly weight: number;
}

/** A part of a query as PostgreSQL has it. */
export interface WordQuery {
  readonly query: string;
  /** The same in names and labels. */
  readonly strong: string;
  /** In how many documents it may be. */
  readonly frequency: number;
  readonly clauses: readonly Clause[];
}

/** The stems that a word of a query may be, by what they are. */
interface Alternatives {
  readonly typed: string;
  readonly beginnings: readonly string[];
  readonly corrections: readonly string[];
}

const alternativesOf = (word: string, isPrefix: boolean, dictionary: Dictionary): Alternatives => {
  const typed = stemOf(word);
  const known = (words: readonly { readonly word: string }[] | undefined): string[] => [
    ...new Set((words ?? []).map((other) => stemOf(other.word)).filter((stem) => stem !== typed)),
  ];
  return {
    typed,
    beginnings: isPrefix ? known(dictionary.beginnings.get(word)) : [],
    corrections: known(dictionary.corrections.get(word)),
  };
};

const anyOf = (lexemes: readonly string[], mark = ""): string =>
  lexemes.length === 1
    ? quoted(mark + (lexemes[0] ?? ""))
    : `(${lexemes.map((lexeme) => quoted(mark + lexeme)).join(" | ")})`;

const clausesOf = (
  word: string,
  { typed, beginnings, corrections }: Alternatives,
  dictionary: Dictionary,
): Clause[] => {
  const clause = (lexemes: readonly string[], weight: number): Clause[] => {
    const frequency = lexemes.reduce((sum, lexeme) => sum + (dictionary.lexemes.get(lexeme) ?? 0), 0);
    if (lexemes.length === 0 || frequency === 0) return [];
    return [{ word, lexemes, weight, rarity: rarity(Math.min(frequency, dictionary.documents), dictionary.documents) }];
  };
  return [
    ...clause([typed], 1),
    ...clause(beginnings, standInWeights.beginning),
    ...clause(corrections, standInWeights.correction),
  ];
};

/** What finds a term: all its words, one behind the other. */
export const termQuery = ({ words, isPrefix }: Pick<Term, "words" | "isPrefix">, dictionary: Dictionary): WordQuery => {
  const parts = words.map((word, index) => alternativesOf(word, isPrefix && index === words.length - 1, dictionary));
  const lexemes = parts.map(({ typed, beginnings, corrections }) => [typed, ...beginnings, ...corrections]);
  const frequencies = lexemes.map((any) => any.reduce((sum, lexeme) => sum + (dictionary.lexemes.get(lexeme) ?? 0), 0));
  return {
    query: lexemes.map((any) => anyOf(any)).join(" <-> "),
    strong: lexemes.map((any) => anyOf(any, "!")).join(" & "),
    frequency: Math.min(dictionary.documents, ...frequencies),
    clauses: parts.flatMap((part, index) => clausesOf(words[index] ?? "", part, dictionary)),
  };
};

const together = (parts: readonly string[], operator: "&" | "|"): string =>
  parts.length === 1 ? (parts[0] ?? "") : parts.map((part) => `(${part})`).join(` ${operator} `);

/** One of several will do. */
export const anyQuery = (queries: readonly WordQuery[], dictionary: Dictionary): WordQuery => ({
  query: together(
    queries.map(({ query }) => query),
    "|",
  ),
  strong: together(
    queries.map(({ strong }) => strong),
    "|",
  ),
  frequency: Math.min(
    dictionary.documents,
    queries.reduce((sum, { frequency }) => sum + frequency, 0),
  ),
  clauses: queries.flatMap(({ clauses }) => clauses),
});

/** All are asked for; how many documents have them all is guessed as if words did not know each other. */
export const allQuery = (queries: readonly WordQuery[], dictionary: Dictionary): WordQuery => ({
  query: together(
    queries.map(({ query }) => query),
    "&",
  ),
  strong: together(
    queries.map(({ strong }) => strong),
    "&",
  ),
  frequency: queries.reduce(
    (product, { frequency }) => (product * frequency) / Math.max(1, dictionary.documents),
    dictionary.documents,
  ),
  clauses: queries.flatMap(({ clauses }) => clauses),
});
