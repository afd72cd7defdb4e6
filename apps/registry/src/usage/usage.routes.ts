import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import { addressOf } from "../agents/address.ts";
import type { Deps } from "../deps.ts";
import { getAgentUsage } from "./get-agent-usage.ts";

const { operations } = registryContract;

export const usageRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.getAgentUsage, async (ctx, { params, query }) => {
    const address = addressOf(deps, ctx, params.agentId, query.tenant);
    return answer(200, { body: await getAgentUsage(deps, ctx, address, query) });
  });
};
