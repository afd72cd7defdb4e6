export { buildApp } from "./app.ts";
export { createDeps, type Deps } from "./deps.ts";
export { type MarketplaceEnv, readEnv } from "./env.ts";
export { startMarketplace } from "./start.ts";
export { marketplaceTrack } from "./track.ts";
