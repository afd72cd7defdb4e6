export { applySync, planSync, type RegistryClient, readAgents } from "./agents.ts";
export type { FileFinding } from "./finding.ts";
export { type JudgedDirectory, judgeDirectory, judgeStandard } from "./judge-standard.ts";
export type { Only } from "./read-directory.ts";
export type { SyncProblem } from "./service.ts";
export type { Source } from "./source.ts";
export { tellItem, tellResult } from "./tell.ts";
export { applyTemplateSync, type MarketplaceClient, planTemplateSync, readTemplates } from "./templates.ts";
export * from "./types.ts";
