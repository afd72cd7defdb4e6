import { registryContract } from "@nofx/contract-registry";
import { schemaDocuments } from "@nofx/schemas";
import { mountDocuments, type Service } from "@nofx/service-kit";
import { auditRoutes, changeRoutes, createTrackService } from "@nofx/track-kit";
import { agentRoutes } from "./agents/agent.routes.ts";
import { agentAuditRoutes } from "./audit/audit.routes.ts";
import { catalogueRoutes } from "./catalogues/catalogue.routes.ts";
import { channelRoutes } from "./channels/channel.routes.ts";
import type { Deps } from "./deps.ts";
import { interchangeRoutes } from "./interchange/interchange.routes.ts";
import { lifecycleRoutes } from "./lifecycle/lifecycle.routes.ts";
import type { TemplateMarketplace } from "./lifecycle/template-marketplace.ts";
import { recordRoutes } from "./records/record.routes.ts";
import { resolveRoutes } from "./resolve/resolve.routes.ts";
import { settingsRoutes } from "./settings/settings.routes.ts";
import { tenantRoutes } from "./tenants/tenant.routes.ts";
import { tokenRoutes } from "./tokens/token.routes.ts";
import { trustedPublisherRoutes } from "./trusted-publishers/trusted-publisher.routes.ts";
import { usageRoutes } from "./usage/usage.routes.ts";
import { watchUsage } from "./usage/usage-metrics.ts";
import { webhookRoutes } from "./webhooks/webhook.routes.ts";

const watchWebhooks = ({ metrics }: Service, { webhooks, now }: Deps): void => {
  const help = "Attempts to deliver to webhooks, by what became of the delivery";
  metrics.counter("nofx_webhook_attempts_total", help, "outcome", () => webhooks.attempts);
  // Metrics are wanted most when the database is away.
  const pending = () => webhooks.pending().catch(() => ({ count: Number.NaN, oldest: undefined }));
  const count = async () => (await pending()).count;
  const ageSeconds = async () => {
    const { oldest } = await pending();
    return oldest === undefined ? 0 : (now().getTime() - oldest.getTime()) / 1000;
  };
  metrics.gauge("nofx_webhook_deliveries_pending", "Deliveries to webhooks that wait", count);
  metrics.gauge("nofx_webhook_oldest_pending_seconds", "Age of the oldest delivery that waits", ageSeconds);
};

const watchMarketplace = ({ metrics }: Service, { circuit }: TemplateMarketplace): void =>
  metrics.gauge("nofx_marketplace_circuit_open", "1 while the marketplace is left alone after failures", () =>
    circuit() === "open" ? 1 : 0,
  );

/** The agent registry, ready to listen: the map of everything it serves. */
export const buildApp = async (deps: Deps): Promise<Service> => {
  const { marketplace } = deps;
  // Told, and no obstacle: without it a preview names no templates, and that is all.
  const checks = marketplace && { marketplace: async () => ({ circuit: marketplace.circuit() }) };
  const service = await createTrackService(registryContract, deps, checks);
  watchWebhooks(service, deps);
  if (marketplace) {
    watchMarketplace(service, marketplace);
    watchUsage(service, deps);
  }

  agentRoutes(service, deps);
  lifecycleRoutes(service, deps);
  channelRoutes(service, deps);
  resolveRoutes(service, deps);
  usageRoutes(service, deps);
  recordRoutes(service, deps);
  agentAuditRoutes(service, deps);
  auditRoutes(service, deps, registryContract.operations);
  changeRoutes(service, deps, registryContract.operations);
  tokenRoutes(service, deps);
  trustedPublisherRoutes(service, deps);
  tenantRoutes(service, deps);
  webhookRoutes(service, deps);
  settingsRoutes(service, deps);
  interchangeRoutes(service, deps);
  catalogueRoutes(service, deps);
  mountDocuments(service, schemaDocuments());
  return service;
};
