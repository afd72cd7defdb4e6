import { registryContract } from "@nofx/contract-registry";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { setAgentStatus } from "./set-agent-status.ts";
import { setVersionStatus } from "./set-version-status.ts";

const { operations } = registryContract;

export const lifecycleRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.setAgentStatus, async (ctx, { params, query, body }) => {
    const order = { ...body, dryRun: query.dryRun === "true" };
    const { changeId, ...result } = await setAgentStatus(deps, ctx, params.agentId, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });

  mount(service, operations.setVersionStatus, async (ctx, { params, query, body }) => {
    const order = { ...body, version: params.version, dryRun: query.dryRun === "true" };
    const { changeId, ...result } = await setVersionStatus(deps, ctx, params.agentId, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });
};
