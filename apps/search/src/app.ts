import { searchContract } from "@nofx/contract-search";
import type { Service } from "@nofx/service-kit";
import { createTrackService, replicaChecks, watchReads } from "@nofx/track-kit";
import type { Deps } from "./deps.ts";
import { healthRoutes } from "./health/health.routes.ts";
import { indexRoutes } from "./indexing/index.routes.ts";
import { watchIndex } from "./indexing/watch-index.ts";
import { relationRoutes } from "./relations/relation.routes.ts";
import { reportRoutes } from "./reports/report.routes.ts";
import { watchSearches } from "./searching/search-metrics.ts";
import { searchingRoutes } from "./searching/searching.routes.ts";

/** Search, ready to listen: the map of everything it serves. */
export const buildApp = async (deps: Deps): Promise<Service> => {
  const service = await createTrackService(searchContract, deps, replicaChecks(deps.db));
  watchReads(service, deps.db);
  watchIndex(service, deps);
  watchSearches(service, deps);

  searchingRoutes(service, deps);
  indexRoutes(service, deps);
  relationRoutes(service, deps);
  reportRoutes(service, deps);
  healthRoutes(service, deps);
  return service;
};
