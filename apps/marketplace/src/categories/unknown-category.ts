import type { Finding } from "@nofx/contract-kit";
import type { Category } from "@nofx/contract-marketplace";
import { closestWord, finding } from "@nofx/document";

/** What is said of a template whose category the tree does not have. A tree without any category has nothing to say. */
export const unknownCategory = (category: string, categories: readonly Pick<Category, "id">[]): Finding[] => {
  const ids = categories.map(({ id }) => id);
  if (ids.length === 0 || ids.includes(category)) return [];
  const message = `There is no category "${category}" in the tree: the template is found under that id alone`;
  return [finding("warning", ["category"], "category_unknown", message, closestWord(category, ids))];
};
