export * from "./document.ts";
export type * from "./engine.ts";
export { parseQuery } from "./query/parse-query.ts";
export * from "./query/parsed-query.ts";
export { fold, type Word, wordsOf } from "./query/words.ts";
