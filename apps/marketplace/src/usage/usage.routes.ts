import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { addressOf } from "../templates/address.ts";
import { listAgentUsage } from "./list-agent-usage.ts";
import { recordExecution, recordExecutions } from "./record-executions.ts";
import { removeSamples } from "./remove-samples.ts";

const { operations } = marketplaceContract;

export const usageRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.recordExecution, async (ctx, { params, query, body }) => {
    const outcome = await recordExecution(deps, ctx, addressOf(ctx, params.templateId, query.tenant), body);
    const told = { body: { runId: body.runId, outcome } };
    return outcome === "accepted" ? answer(201, told) : answer(200, told);
  });

  mount(service, operations.recordExecutions, async (ctx, { body }) => {
    const { summary, results } = await recordExecutions(deps, ctx, body);
    return answer(200, { body: { summary, results: [...results] } });
  });

  mount(service, operations.listAgentUsage, async (ctx, { query }) =>
    answer(200, { body: await listAgentUsage(deps, ctx, query) }),
  );

  mount(service, operations.removeSampleUsage, async (ctx) =>
    answer(200, { body: { removed: await removeSamples(deps, ctx) } }),
  );
};
