import type { Settings } from "@nofx/contract-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { findSettings } from "./settings.store.ts";

/** How things are done with the templates of the caller's tenant. */
export const getSettings = async (deps: Deps, ctx: RequestContext): Promise<Settings> =>
  await findSettings(deps.db, ctx);
