import { standInWeights } from "@nofx/search-core";
import type { Unit } from "../units.rules.ts";
import type { Dictionary } from "./dictionary.rules.ts";
import { quoted, strongLexeme } from "./lexemes.rules.ts";
import { allQuery, anyQuery, layered, synonymLayer, termQuery, type WordQuery } from "./word-query.rules.ts";

/** Other ways to say something, in queries. */
const saidOtherwise = (synonyms: readonly string[], { lexemes }: Dictionary): WordQuery[] =>
  synonyms.map((lexeme) => ({
    query: quoted(lexeme),
    strong: quoted(strongLexeme(lexeme)),
    frequency: lexemes.get(lexeme) ?? 0,
    clauses: [],
  }));

/** What finds a unit. A phrase counts as one, a word of it that stands alone hardly. */
export const unitQuery = ({ groups, sayable }: Unit, dictionary: Dictionary): WordQuery => {
  const synonyms = (sayable?.synonyms ?? []).filter((lexeme) => dictionary.lexemes.has(lexeme));
  const ofWord = groups.length === 1 ? synonyms : [];
  const own = allQuery(
    groups.map((group) =>
      anyQuery(
        group.map((term) => termQuery(term, dictionary, ofWord)),
        dictionary,
      ),
    ),
    dictionary,
  );
  const any = anyQuery([own, ...saidOtherwise(synonyms, dictionary)], dictionary);
  if (!sayable || groups.length === 1) return any;
  const phrase = layered(
    sayable.phrase,
    [{ lexemes: [sayable.phrase], weight: 1 }, synonymLayer(synonyms)],
    dictionary,
  );
  const apart = own.clauses.map((clause) => ({ ...clause, share: clause.share * standInWeights.apart }));
  return phrase.length === 0 ? any : { ...any, clauses: [...phrase, ...apart] };
};
