import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { setTemplateStatus } from "./set-template-status.ts";
import { setVersionStatus } from "./set-version-status.ts";

const { operations } = marketplaceContract;

export const lifecycleRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.setTemplateStatus, async (ctx, { params, query, body }) => {
    const order = { ...body, dryRun: query.dryRun === "true" };
    const { changeId, ...result } = await setTemplateStatus(deps, ctx, params.templateId, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });

  mount(service, operations.setTemplateVersionStatus, async (ctx, { params, body }) => {
    const order = { ...body, version: params.version };
    const { changeId, ...result } = await setVersionStatus(deps, ctx, params.templateId, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });
};
