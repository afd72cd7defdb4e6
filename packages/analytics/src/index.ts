export * from "./comparison.ts";
export * from "./decay.ts";
export * from "./histogram.ts";
export * from "./interval.ts";
export * from "./outcomes.ts";
export * from "./range.ts";
