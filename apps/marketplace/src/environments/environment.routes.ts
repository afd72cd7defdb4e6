import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { addressOf } from "../templates/address.ts";
import { keepEnvironment } from "./keep-environment.ts";
import { promoteEnvironment } from "./promote-environment.ts";
import { getEnvironment, listEnvironments } from "./read-environments.ts";
import { removeEnvironment } from "./remove-environment.ts";

const { operations } = marketplaceContract;

export const environmentRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.listTemplateEnvironments, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { body: { environments: await listEnvironments(deps, ctx, address, query.version) } });
  });

  mount(service, operations.getTemplateEnvironment, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const { environment, revision } = await getEnvironment(deps, ctx, address, params.name, query.version);
    return answer(200, { body: { environment }, revision });
  });

  mount(service, operations.putTemplateEnvironment, async (ctx, { params, query, body }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const order = { name: params.name, kept: body, dryRun: query.dryRun === "true" };
    const { changeId, ...result } = await keepEnvironment(deps, ctx, address, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });

  mount(service, operations.deleteTemplateEnvironment, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const { changeId, ...removed } = await removeEnvironment(deps, ctx, address, params.name);
    return answer(200, { body: removed, headers: changeHeader(changeId) });
  });

  mount(service, operations.promoteTemplateEnvironment, async (ctx, { params, query, body }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const options = { dryRun: query.dryRun === "true" };
    const promotion = { name: params.name, ...body };
    const { changeId, ...result } = await promoteEnvironment(deps, ctx, address, promotion, options);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });
};
