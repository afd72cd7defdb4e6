import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { deleteCategory } from "./delete-category.ts";
import { listCategories } from "./list-categories.ts";
import { putCategory } from "./put-category.ts";

const { operations } = marketplaceContract;

export const categoryRoutes = (service: Service, deps: Deps): void => {
  mount(
    service,
    operations.listCategories,
    async (ctx) => answer(200, { body: { categories: await listCategories(deps, ctx) } }),
    { cache: deps.answers },
  );
  mount(service, operations.putCategory, async (ctx, { params, body }) => {
    const { category, isNew } = await putCategory(deps, ctx, params.categoryId, body);
    return isNew ? answer(201, { body: { category } }) : answer(200, { body: { category } });
  });
  mount(service, operations.deleteCategory, async (ctx, { params }) => {
    await deleteCategory(deps, ctx, params.categoryId);
    return answer(204, {});
  });
};
