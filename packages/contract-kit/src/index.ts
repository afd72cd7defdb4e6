export * from "./access.ts";
export * from "./audit.ts";
export * from "./errors.ts";
export * from "./ids.ts";
export * from "./operation.ts";
export * from "./page.ts";
export * from "./problem.ts";
export * from "./versions.ts";
