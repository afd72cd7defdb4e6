export * from "./dependencies.ts";
export * from "./difference.ts";
export * from "./document.ts";
export * from "./inline-steps.ts";
export * from "./plan.ts";
export * from "./plan-difference.ts";
export { fillPlaceholders, placeholders, referencesIn } from "./reference.ts";
export * from "./validate.ts";
