export * from "./builders.ts";
export * from "./in-process.ts";
export * from "./plans.ts";
export * from "./server.ts";
export * from "./statements.ts";
