export * from "./check-tarball.ts";
export * from "./pack.ts";
export * from "./project.ts";
export * from "./published.ts";
export * from "./readme.ts";
export * from "./run.ts";
