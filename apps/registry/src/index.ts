export { buildApp } from "./app.ts";
export { createDeps, type Deps } from "./deps.ts";
export { type RegistryEnv, readEnv } from "./env.ts";
export { startRegistry } from "./start.ts";
export { registryTrack } from "./track.ts";
