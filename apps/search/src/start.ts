import { type Running, startService } from "@nofx/track-kit";
import { buildApp } from "./app.ts";
import { createDeps, type Deps } from "./deps.ts";
import type { SearchEnv } from "./env.ts";

/** Starts search: refuses a database role that may do too much, then listens. */
export const startSearch = (env: SearchEnv): Promise<Running<Deps>> =>
  startService({ deps: createDeps(env), buildApp });
