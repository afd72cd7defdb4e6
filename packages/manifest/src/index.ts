export * from "./assemble.ts";
export * from "./difference.ts";
export * from "./digest.ts";
export * from "./document.ts";
export * from "./precedence.ts";
export * from "./range.ts";
export * from "./validate.ts";
