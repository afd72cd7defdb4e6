import { registryContract } from "@nofx/contract-registry";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import { addressOf } from "../agents/address.ts";
import type { Deps } from "../deps.ts";
import { exportAgent } from "./export-agent.ts";
import { importAgent } from "./import-agent.ts";

const { operations } = registryContract;

export const interchangeRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.importAgent, async (ctx, { body, query }) => {
    const options = { dryRun: query.dryRun === "true", draft: false, visibility: query.visibility };
    const { result, changeId } = await importAgent(deps, ctx, body, options);
    const content = { body: result, headers: changeHeader(changeId) };
    return result.outcome === "created" && !result.dryRun ? answer(201, content) : answer(200, content);
  });

  mount(
    service,
    operations.exportAgent,
    async (ctx, { params, query }) => {
      const address = addressOf(deps, ctx, params.agentId, query.tenant);
      return answer(200, { body: await exportAgent(deps, ctx, address, query) });
    },
    { cache: deps.answers },
  );
};
