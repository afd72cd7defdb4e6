import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { addressOf } from "../templates/address.ts";
import { getMyRating } from "./get-my-rating.ts";
import { listRatings } from "./list-ratings.ts";
import { rate } from "./rate-template.ts";
import { withdraw } from "./withdraw-rating.ts";

const { operations } = marketplaceContract;

export const ratingRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.rateTemplate, async (ctx, { params, query, body }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const { outcome, changeId, ...rated } = await rate(deps, ctx, address, body);
    const content = { body: rated, headers: changeHeader(changeId) };
    return outcome === "created" ? answer(201, content) : answer(200, content);
  });

  mount(service, operations.rateTemplateByBody, async (ctx, { body }) => {
    const { templateId, tenant, ...order } = body;
    const { totals, rating, changeId } = await rate(deps, ctx, addressOf(ctx, templateId, tenant), order);
    const { average = rating.rating, count } = totals;
    const told = { averageRating: average, ratingCount: count };
    return answer(201, { body: { rating: told }, headers: changeHeader(changeId) });
  });

  mount(service, operations.getMyRating, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { body: { rating: await getMyRating(deps, ctx, address) } });
  });

  mount(service, operations.withdrawRating, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const { changeId, ...withdrawn } = await withdraw(deps, ctx, address);
    return answer(200, { body: withdrawn, headers: changeHeader(changeId) });
  });

  mount(service, operations.listRatings, async (ctx, { params, query }) => {
    const { tenant, ...wanted } = query;
    const address = addressOf(ctx, params.templateId, tenant);
    return answer(200, { body: await listRatings(deps, ctx, address, wanted) });
  });
};
