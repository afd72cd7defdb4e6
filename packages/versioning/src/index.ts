export * from "./bump.ts";
export { type Change, compareBumps, type Severity, type Verdict } from "./change.ts";
export * from "./dependency-range.ts";
export * from "./difference.ts";
export { byKey, byValue, type Identity, pathLiteral } from "./identity.ts";
export * from "./precedence.ts";
export * from "./range.ts";
export type { Depends, Judgement, SeverityRule } from "./severity.ts";
export * from "./unified-diff.ts";
