export * from "./bad-release.ts";
export * from "./read-templates.ts";
export * from "./send.ts";
export * from "./simulate.ts";
export * from "./simulation.ts";
