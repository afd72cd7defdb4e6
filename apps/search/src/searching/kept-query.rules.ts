/** Longer queries are cut: the beginning tells what was looked for. */
export const keptCharactersMax = 200;
/** What may become of characters that are taken apart or left out: more need not be looked at. */
const readCharactersMax = 4 * keptCharactersMax;

/** `found`, if it holds all of these. */
const replacedIf =
  (...patterns: readonly RegExp[]) =>
  (found: string): string =>
    patterns.every((pattern) => pattern.test(found)) ? "…" : found;

/** Leaves out what people type into the wrong box: addresses of mail, secrets, numbers of telephones and cards. */
const impersonal = (text: string): string =>
  text
    .replace(/\S+/gu, replacedIf(/[^@]@[^@]/u))
    .replace(/nofx_\S+/gu, "…")
    .replace(/\w{20,}/gu, replacedIf(/\d/u, /[a-z]/u))
    .replace(/\+?\p{N}(?:[\s()./-]{0,2}\p{N}){8,}/gu, "…");

/**
 * A query as it is kept to learn from: one form for all ways to write it, and without what looks as if it belonged to
 * somebody. Names of people cannot be told from other words, and are kept like those.
 */
export const keptQueryOf = (typed: string): string => {
  const folded = typed
    .slice(0, readCharactersMax)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
  const printable = impersonal(folded.slice(0, readCharactersMax))
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim();
  return [...printable].slice(0, keptCharactersMax).join("").trim();
};
