export * from "./difference.ts";
export * from "./document.ts";
export * from "./environments/environment.ts";
export { fillPlaceholders, placeholders, referencesIn } from "./reference.ts";
export * from "./render/render-workflow.ts";
export * from "./testing/run-tests.ts";
export * from "./validate.ts";
export type { Declared } from "./variables/declared.ts";
export * from "./variables/resolve-variables.ts";
