import { type KnownWord, rarity, standInWeights, stemOf, type Term, writtenAs } from "@nofx/search-core";
import type { Dictionary } from "./dictionary.rules.ts";
import { beginningLexeme, formLexeme, quoted } from "./lexemes.rules.ts";

/** Words that count together: what they are found by, and how much they add to a score. */
export interface Clause {
  readonly word: string;
  readonly lexemes: readonly string[];
  /** How much it counts, beside other clauses. */
  readonly share: number;
  /** Its lexemes have no places: that one is there counts as much as a word in a name. */
  readonly isMark: boolean;
}

/** What a clause finds in texts: stems, and phrases of them. */
export const textsOf = ({ lexemes }: Clause): string[] => lexemes.filter((lexeme) => !/^[~^]/.test(lexeme));

/** Lexemes that count alike. */
interface Layer {
  readonly lexemes: readonly string[];
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

/** More words than this would cost more than their forms tell. */
const formsMax = 4;

/** How words that stand in for what was typed are written in names. */
const formsOf = (words: readonly KnownWord[] = []): string[] =>
  words.length > formsMax ? [] : words.map(({ word }) => formLexeme(word));

const withForm = (synonym: string): string[] => {
  const form = writtenAs(synonym);
  return form === undefined ? [synonym] : [synonym, formLexeme(form)];
};

/** Other ways to say something, as one layer. */
export const synonymLayer = (synonyms: readonly string[]): Layer => ({
  lexemes: synonyms.flatMap(withForm),
  weight: standInWeights.synonym,
});

const alternativesOf = (word: string, isPrefix: boolean, dictionary: Dictionary): Alternatives => {
  const typed = stemOf(word);
  const known = (words: readonly KnownWord[] | undefined): string[] => [
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

/** A name has this part of the words that begin so. */
const namesShare = 0.1;

const frequencyOf = (lexemes: readonly string[], { lexemes: known }: Dictionary): number =>
  Math.max(0, ...lexemes.map((lexeme) => known.get(lexeme) ?? 0));

/**
 * What was typed, and what stands in for it, is one word: it counts by the best that is there, not by how many ways to say
 * it are. Each clause has a layer and all above it, and adds what its layer is short of the one above.
 */
export const layered = (word: string, layers: readonly Layer[], dictionary: Dictionary): Clause[] => {
  const all = layers
    .map(({ lexemes, weight }) => ({ lexemes, weight, frequency: frequencyOf(lexemes, dictionary) }))
    .filter(({ frequency }) => frequency > 0);
  const values = all.map(
    ({ weight }, index) =>
      weight * rarity(Math.max(...all.slice(0, index + 1).map(({ frequency }) => frequency)), dictionary.documents),
  );
  return all.map((_, index) => ({
    word,
    lexemes: [...new Set(all.slice(0, index + 1).flatMap(({ lexemes }) => lexemes))],
    share: (values[index] ?? 0) - (values[index + 1] ?? 0),
    isMark: false,
  }));
};

/** A beginning counts more in names, if it is not itself a word that many documents have. */
const namesBegin = (word: string, { typed, beginnings }: Alternatives, dictionary: Dictionary): Clause[] => {
  const lexeme = beginningLexeme(word);
  const frequency = frequencyOf(beginnings, dictionary) * namesShare;
  if (lexeme === undefined || frequency <= frequencyOf([typed], dictionary)) return [];
  const share = standInWeights.beginning * rarity(frequency, dictionary.documents);
  return [{ word, lexemes: [lexeme], share, isMark: true }];
};

const clausesOf = (
  word: string,
  alternatives: Alternatives,
  synonyms: readonly string[],
  dictionary: Dictionary,
): Clause[] => {
  const { typed, beginnings, corrections } = alternatives;
  const layers = [
    // As it is written in a name it counts more than any other form of it.
    { lexemes: [typed, formLexeme(word)], weight: 1 },
    { lexemes: [...corrections, ...formsOf(dictionary.corrections.get(word))], weight: standInWeights.correction },
    { lexemes: [...beginnings, ...formsOf(dictionary.beginnings.get(word))], weight: standInWeights.beginning },
    synonymLayer(synonyms),
  ];
  return [...layered(word, layers, dictionary), ...namesBegin(word, alternatives, dictionary)];
};

/** What finds a term: all its words, one behind the other. */
export const termQuery = (
  { words, isPrefix }: Pick<Term, "words" | "isPrefix">,
  dictionary: Dictionary,
  synonyms: readonly string[] = [],
): WordQuery => {
  const parts = words.map((word, index) => alternativesOf(word, isPrefix && index === words.length - 1, dictionary));
  const lexemes = parts.map(({ typed, beginnings, corrections }) => [typed, ...beginnings, ...corrections]);
  const frequencies = lexemes.map((any) => any.reduce((sum, lexeme) => sum + (dictionary.lexemes.get(lexeme) ?? 0), 0));
  return {
    query: lexemes.map((any) => anyOf(any)).join(" <-> "),
    strong: lexemes.map((any) => anyOf(any, "!")).join(" & "),
    frequency: Math.min(dictionary.documents, ...frequencies),
    clauses: parts.flatMap((part, index) => clausesOf(words[index] ?? "", part, synonyms, dictionary)),
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
