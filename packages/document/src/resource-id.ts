/**
 * The nearest word to a text: lower-case, whatever is strange as hyphens. Cut before the ends are trimmed: that expression
 * takes quadratic time on long runs of hyphens.
 */
export const asWord = (text: string, strange: RegExp, lengthMax: number): string =>
  text
    .toLowerCase()
    .replace(strange, "-")
    .slice(0, lengthMax)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");

/** The nearest resource id to a text; empty if nothing of it is left. */
export const asResourceId = (text: string): string => asWord(text, /[^a-z0-9._-]+/g, 128);
