export * from "./difference.ts";
export * from "./document.ts";
export { fillPlaceholders, placeholders, referencesIn } from "./reference.ts";
export * from "./validate.ts";
export type { Declared } from "./variables/declared.ts";
export * from "./variables/resolve-variables.ts";
