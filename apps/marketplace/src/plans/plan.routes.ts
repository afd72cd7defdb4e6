import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { addressOf } from "../templates/address.ts";
import { renderTemplate } from "./render-template.ts";
import { resolveTemplate } from "./resolve-template.ts";

const { operations } = marketplaceContract;

export const planRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.resolveTemplate, async (ctx, { params, query, body }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { body: await resolveTemplate(deps, ctx, address, body) });
  });

  mount(service, operations.renderTemplate, async (ctx, { params, query, body }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { text: await renderTemplate(deps, ctx, address, body) });
  });
};
