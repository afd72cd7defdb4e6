import type { ListedCategory } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { countsOf } from "../templates/template-list.rules.ts";
import { countTemplates } from "../templates/template-list.store.ts";
import { inTreeOrder } from "./category.rules.ts";
import { listCategories as list } from "./category.store.ts";

const everyCategory = 2 ** 31 - 1;

/** The whole tree, and what the caller may read of what is in it. */
export const listCategories = async (deps: Deps, ctx: RequestContext): Promise<ListedCategory[]> => {
  const order = {
    search: undefined,
    minRating: undefined,
    counts: countsOf({}, ["category"]),
    valuesMax: everyCategory,
  };
  const [categories, counted] = await Promise.all([list(deps.db, ctx), countTemplates(deps.db, ctx, order)]);
  const counts = new Map(counted.map(({ value, count }) => [value, count]));
  return inTreeOrder(categories).map((category) => ({ ...category, count: counts.get(category.id) ?? 0 }));
};
