import { editsAllowed, type ParsedQuery, phrasesWith, stemOf, type Term } from "@nofx/search-core";
import type { Unit } from "./units.rules.ts";

/** What is looked up for a query. */
export interface Lookup {
  readonly words: readonly string[];
  readonly lexemes: readonly string[];
  readonly beginnings: readonly string[];
  /** Words that may be misspelt. */
  readonly doubtful: readonly string[];
}

/** The last word of a term that is a beginning, too. */
const beginningOf = ({ words, isPrefix }: Term): string[] => (isPrefix ? words.slice(-1) : []);

/** What must be known of the words of a query before it can be asked. */
export const lookupOf = (query: ParsedQuery, units: readonly Unit[], labels: readonly string[]): Lookup => {
  const asked = units.flatMap(({ groups }) => groups.flat());
  const terms = [...asked, ...query.excluded];
  const words = [...new Set(terms.flatMap((term) => term.words))];
  const said = units.flatMap(({ sayable }) => (sayable ? [sayable.phrase, ...sayable.synonyms] : []));
  return {
    words,
    lexemes: [...new Set([...words.map(stemOf), ...said, ...words.flatMap(phrasesWith), ...labels])],
    beginnings: [...new Set(terms.flatMap(beginningOf))],
    doubtful: [
      ...new Set(asked.flatMap((term) => (term.isQuoted ? [] : term.words)).filter((word) => editsAllowed(word) > 0)),
    ],
  };
};
