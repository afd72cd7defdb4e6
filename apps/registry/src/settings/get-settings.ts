import type { Settings } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { findSettings } from "./settings.store.ts";

/** How things are done in the caller's tenant. */
export const getSettings = async (deps: Deps, ctx: RequestContext): Promise<Settings> =>
  await findSettings(deps.db, ctx);
