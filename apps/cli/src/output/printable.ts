/** What a terminal would obey or show wrongly: control characters but newline and tab, and marks that turn text round. */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text without what a terminal would obey. Names and descriptions are written by strangers. */
export const printableText = (text: string): string =>
  text.replace(unprintable, (sign) => (sign === "\n" || sign === "\t" ? sign : "\ufffd"));

/** The same of every text within a value. */
export const printable = <T>(value: T): T => {
  if (typeof value === "string") return printableText(value) as T;
  if (Array.isArray(value)) return value.map(printable) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [printableText(key), printable(inner)])) as T;
};
