import type { MarketplaceSettings, MarketplaceSettingsOrder } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { findSettings } from "./settings.store.ts";

/** What holds: what the tenant has said, and of the rest what the operator has. */
export const inForce = (
  { env }: Deps,
  { publishChecks = env.PUBLISH_CHECKS_DEFAULT, ...rest }: MarketplaceSettingsOrder,
): MarketplaceSettings => ({ ...rest, publishChecks });

/** How things are done with the templates of the caller's tenant. */
export const getSettings = async (deps: Deps, ctx: RequestContext): Promise<MarketplaceSettings> =>
  inForce(deps, await findSettings(deps.db, ctx));
