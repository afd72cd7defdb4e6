export { applySync, planSync, type RegistryClient } from "./agents.ts";
export type { FileFinding } from "./finding.ts";
export type { SyncProblem } from "./service.ts";
export { tellItem, tellResult } from "./tell.ts";
export { applyTemplateSync, type MarketplaceClient, planTemplateSync } from "./templates.ts";
export * from "./types.ts";
