export { buildApp } from "./app.ts";
export { createDeps, type Deps } from "./deps.ts";
export { readEnv, type SearchEnv } from "./env.ts";
export { startSearch } from "./start.ts";
export { searchTrack } from "./track.ts";
