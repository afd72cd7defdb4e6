import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { isUsed, removeCategory } from "./category.store.ts";
import { changeTree, recordCategoryEvent } from "./change-tree.ts";

/** Takes a category out of the tree that nothing is in. @throws category_not_found, category_in_use */
export const deleteCategory = (deps: Deps, ctx: RequestContext, id: string): Promise<void> =>
  changeTree(deps, ctx, async (trx, categories, at) => {
    const category = categories.find((one) => one.id === id);
    if (!category) throw problem("category_not_found");
    const below = categories.filter(({ parent }) => parent === id).map((one) => one.id);
    if (below.length > 0) throw problem("category_in_use", { detail: `Below it: ${below.sort().join(", ")}.` });
    if (await isUsed(trx, id)) throw problem("category_in_use", { detail: "Templates are in it." });
    await removeCategory(trx, id);
    await recordCategoryEvent(trx, ctx, at, "category.deleted", category);
  });
