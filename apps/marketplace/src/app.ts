import { marketplaceContract } from "@nofx/contract-marketplace";
import { schemaDocuments } from "@nofx/schemas";
import { mountDocuments, type Service } from "@nofx/service-kit";
import { auditRoutes, changeRoutes, createTrackService, replicaChecks, watchReads } from "@nofx/track-kit";
import { analyticsRoutes } from "./analytics/analytics.routes.ts";
import { builderRoutes } from "./builder/builder.routes.ts";
import { bulkRoutes } from "./bulk/bulk.routes.ts";
import { bundleRoutes } from "./bundles/bundle.routes.ts";
import { campaignRoutes } from "./campaigns/campaign.routes.ts";
import { categoryRoutes } from "./categories/category.routes.ts";
import { comparisonRoutes } from "./comparison/comparison.routes.ts";
import type { Deps } from "./deps.ts";
import { environmentRoutes } from "./environments/environment.routes.ts";
import { forkRoutes } from "./forks/fork.routes.ts";
import { lifecycleRoutes } from "./lifecycle/lifecycle.routes.ts";
import { planRoutes } from "./plans/plan.routes.ts";
import { ratingRoutes } from "./ratings/rating.routes.ts";
import { recordRoutes } from "./records/record.routes.ts";
import { settingsRoutes } from "./settings/settings.routes.ts";
import { templateRoutes } from "./templates/template.routes.ts";
import { usageRoutes } from "./usage/usage.routes.ts";
import { watchUsage } from "./usage/usage-metrics.ts";

const { operations } = marketplaceContract;

/** The template marketplace, ready to listen: the map of everything it serves. */
export const buildApp = async (deps: Deps): Promise<Service> => {
  const { circuit } = deps.agents;
  const service = await createTrackService(marketplaceContract, deps, {
    // Told, and no obstacle: most of what is served here needs no registry.
    registry: async () => ({ circuit: circuit() }),
    ...replicaChecks(deps.db),
  });
  service.metrics.gauge("nofx_registry_circuit_open", "1 while the agent registry is left alone after failures", () =>
    circuit() === "open" ? 1 : 0,
  );
  watchReads(service, deps.db);
  watchUsage(service, deps);

  builderRoutes(service, deps);
  templateRoutes(service, deps);
  bulkRoutes(service, deps);
  bundleRoutes(service, deps);
  comparisonRoutes(service, deps);
  forkRoutes(service, deps);
  planRoutes(service, deps);
  environmentRoutes(service, deps);
  campaignRoutes(service, deps);
  ratingRoutes(service, deps);
  usageRoutes(service, deps);
  analyticsRoutes(service, deps);
  recordRoutes(service, deps);
  lifecycleRoutes(service, deps);
  settingsRoutes(service, deps);
  categoryRoutes(service, deps);
  auditRoutes(service, deps, {
    listAudit: operations.listMarketplaceAudit,
    verifyAudit: operations.verifyMarketplaceAudit,
    exportAudit: operations.exportMarketplaceAudit,
  });
  changeRoutes(service, deps, {
    listChanges: operations.listMarketplaceChanges,
    renewFeedEpoch: operations.renewMarketplaceFeedEpoch,
  });
  mountDocuments(service, schemaDocuments());
  return service;
};
