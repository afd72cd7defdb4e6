import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { addressOf } from "../templates/address.ts";
import { fork } from "./fork-template.ts";
import { listForks } from "./list-forks.ts";

const { operations } = marketplaceContract;

export const forkRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.forkTemplate, async (ctx, { params, query, body }) => {
    const source = addressOf(ctx, params.templateId, query.tenant);
    const { result, changeId } = await fork(deps, ctx, source, { ...body, dryRun: query.dryRun === "true" });
    const content = { body: result, headers: changeHeader(changeId) };
    return result.dryRun ? answer(200, content) : answer(201, content);
  });

  mount(service, operations.listForks, async (ctx, { params, query }) => {
    const source = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { body: await listForks(deps, ctx, source, query) });
  });
};
