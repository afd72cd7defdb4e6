export * from "./entry.ts";
export * from "./exact-json.ts";
export * from "./line.ts";
export * from "./lines.ts";
export * from "./seal.ts";
export * from "./verify.ts";
