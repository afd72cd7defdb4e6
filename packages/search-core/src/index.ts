export * from "./document.ts";
export type * from "./engine.ts";
export { failuresOf, type Gate, gate } from "./evaluation/gate.ts";
export { type Measured, measure, type Totals, totalsOf } from "./evaluation/measure.ts";
export type { Grade, Grades } from "./evaluation/ndcg.ts";
export { parseQuery } from "./query/parse-query.ts";
export * from "./query/parsed-query.ts";
export { fold, type Word, wordsOf } from "./query/words.ts";
