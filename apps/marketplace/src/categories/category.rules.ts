import type { Category } from "@nofx/contract-marketplace";

/** The ids of all categories above one, nearest first. */
const lineAbove = (categories: readonly Category[], id: string): string[] => {
  const parent = categories.find((category) => category.id === id)?.parent;
  return parent === undefined ? [] : [parent, ...lineAbove(categories, parent)];
};

/** The way from a category up to itself, if it had this parent; undefined if there is none. */
export const cycleOf = (categories: readonly Category[], id: string, parent: string): string[] | undefined => {
  const way = [id, parent, ...lineAbove(categories, parent)];
  const end = way.indexOf(id, 1);
  return end < 0 ? undefined : way.slice(0, end + 1);
};

const bySiblings = (one: Category, other: Category): number =>
  one.order - other.order || one.name.localeCompare(other.name, "en") || (one.id < other.id ? -1 : 1);

/** Each category before those below it, siblings in their order. */
export const inTreeOrder = <T extends Category>(categories: readonly T[], parent?: string): T[] =>
  categories
    .filter((category) => category.parent === parent)
    .sort(bySiblings)
    .flatMap((category) => [category, ...inTreeOrder(categories, category.id)]);

/** Whether two say the same. */
export const isSameCategory = (one: Category, other: Category): boolean =>
  one.name === other.name &&
  one.description === other.description &&
  one.parent === other.parent &&
  one.order === other.order;
