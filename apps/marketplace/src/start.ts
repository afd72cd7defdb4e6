import { type Running, startService } from "@nofx/track-kit";
import { buildApp } from "./app.ts";
import { createDeps, type Deps } from "./deps.ts";
import type { MarketplaceEnv } from "./env.ts";

/** Starts the marketplace: refuses a database role that may do too much, then listens. */
export const startMarketplace = (env: MarketplaceEnv): Promise<Running<Deps>> =>
  startService({ deps: createDeps(env), buildApp });
