export * from "./builders.ts";
export * from "./in-process.ts";
export * from "./server.ts";
