import type { Category, CategoryOrder } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { cycleOf, isSameCategory } from "./category.rules.ts";
import { saveCategory } from "./category.store.ts";
import { changeTree, recordCategoryEvent } from "./change-tree.ts";

/** A category that is or was put into the tree. */
export interface PutCategory {
  readonly category: Category;
  readonly isNew: boolean;
}

const checkParent = (categories: readonly Category[], { id, parent }: Category): void => {
  if (parent === undefined) return;
  const cycle = cycleOf(categories, id, parent);
  if (cycle) throw problem("category_cycle", { detail: `It would be below itself: ${cycle.join(", below ")}.` });
  if (!categories.some((category) => category.id === parent)) {
    throw problem("category_parent_unknown", { detail: `There is no category "${parent}".` });
  }
};

/** Creates a category, or makes it what it is to be. @throws category_parent_unknown, category_cycle */
export const putCategory = (deps: Deps, ctx: RequestContext, id: string, order: CategoryOrder): Promise<PutCategory> =>
  changeTree(deps, ctx, async (trx, categories, at) => {
    const { parent, ...rest } = order;
    const category: Category = { id, ...rest, ...(parent !== undefined && { parent }) };
    checkParent(categories, category);
    const before = categories.find((one) => one.id === id);
    if (before && isSameCategory(before, category)) return { category, isNew: false };
    await saveCategory(trx, category, at);
    await recordCategoryEvent(trx, ctx, at, before ? "category.changed" : "category.created", category);
    return { category, isNew: !before };
  });
