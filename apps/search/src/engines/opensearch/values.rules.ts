/** A whole name, id or alias, word by word. */
export const exactValue = (words: readonly string[]): string => words.join(" ").slice(0, 300);

/** A value of a field, whatever its case. */
export const labelValue = (field: string, value: string): string =>
  `${field}:${value.normalize("NFKC").toLowerCase().slice(0, 300)}`;

/** A word and who may know of it: everybody, or a tenant. */
export const spelledValue = (scope: string, word: string): string => `${scope}/${word}`;
