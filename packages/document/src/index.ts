export * from "./files.ts";
export * from "./finding.ts";
export * from "./issues.ts";
export * from "./publication.ts";
export * from "./refusal.ts";
export * from "./resource-id.ts";
export * from "./suggestion.ts";
