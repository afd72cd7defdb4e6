import { searchContract } from "@nofx/contract-search";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { systemHealth } from "./get-system-health.ts";
import { metricsSummary } from "./get-system-metrics-summary.ts";

const { operations } = searchContract;
const fresh = { "cache-control": "no-store" };

export const healthRoutes = (service: Service, deps: Deps): void => {
  const getSystemHealth = systemHealth(deps);
  const getMetricsSummary = metricsSummary(deps, () => service.metrics.registry.metrics());

  mount(service, operations.getSystemHealth, async (ctx) =>
    answer(200, { body: await getSystemHealth(ctx), headers: fresh }),
  );

  mount(service, operations.getSystemMetricsSummary, async () =>
    answer(200, { body: await getMetricsSummary(), headers: fresh }),
  );
};
