import { searchContract } from "@nofx/contract-search";
import type { Service } from "@nofx/service-kit";
import { createTrackService } from "@nofx/track-kit";
import type { Deps } from "./deps.ts";
import { healthRoutes } from "./health/health.routes.ts";
import { indexRoutes } from "./indexing/index.routes.ts";
import { watchIndex } from "./indexing/watch-index.ts";
import { relationRoutes } from "./relations/relation.routes.ts";
import { reportRoutes } from "./reports/report.routes.ts";

/** Search, ready to listen: the map of everything it serves. */
export const buildApp = async (deps: Deps): Promise<Service> => {
  const service = await createTrackService(searchContract, deps);
  relationRoutes(service, deps);
  reportRoutes(service, deps);
  healthRoutes(service, deps);
  watchIndex(service, deps);

  indexRoutes(service, deps);
  return service;
};
