/*
 * What stands in `index_words.words`. Stems have letters and digits only (and `+`, `#` at their end), so that whatever begins
 * with another character cannot be taken for one.
 */

/** Beginnings of words that suggestions find at once; longer ones are looked up among whole words. */
const beginningLettersMax = 6;

/** A stem in a name, tag or capability. */
export const strongLexeme = (stem: string): string => `!${stem}`;

/** A whole name, id or alias. */
export const exactLexeme = (words: readonly string[]): string => `=${words.join(" ").slice(0, 300)}`;

/** A value of a field, whatever its case. */
export const labelLexeme = (field: string, value: string): string =>
  `${field}:${value.normalize("NFKC").toLowerCase().slice(0, 300)}`;

/** Every document is in tier 0. */
export const tierLexeme = (tier: number): string => `#${tier}`;

export const scopeLexeme = (scope: string): string => `@${scope}`;

/** A word of a name as it is written. */
export const formLexeme = (word: string): string => `~${word}`;

/** What a name with a word that begins so has; undefined: names are not marked with beginnings as long as that. */
export const beginningLexeme = (beginning: string): string | undefined =>
  beginning.length > beginningLettersMax ? undefined : `^${beginning}`;

/** What names are suggested by, but for their words: each beginning of one of them. */
export const beginningLexemes = (word: string): string[] =>
  Array.from({ length: Math.min(word.length, beginningLettersMax) }, (_, index) => `^${word.slice(0, index + 1)}`);

/** What finds names with a word, or one that begins so. */
export const nameQuery = (word: string, isBeginning: boolean): string => {
  if (!isBeginning) return quoted(formLexeme(word));
  const lexeme = beginningLexeme(word);
  return lexeme === undefined ? `${quoted(formLexeme(word))}:*` : quoted(lexeme);
};

/** A lexeme as PostgreSQL reads it in texts of vectors and queries. */
export const quoted = (lexeme: string): string =>
  `'${lexeme.toWellFormed().replaceAll("\0", "").replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
