export { applySync } from "./apply.ts";
export type { FileFinding } from "./finding.ts";
export { planSync } from "./plan.ts";
export type { RegistryClient, SyncProblem } from "./registry.ts";
export { tellItem, tellResult } from "./tell.ts";
export * from "./types.ts";
