import { ResourceId } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { readTemplates } from "./template.ts";

const tag = "Categories";

/** A place in the tree that templates are found in. */
export const Category = z
  .object({
    id: ResourceId,
    name: z.string(),
    description: z.string(),
    parent: ResourceId.optional().meta({ description: "The category above; absent at the top" }),
    order: z.int().meta({ description: "Where it stands among its siblings: the least first, then by name" }),
  })
  .meta({ id: "Category" });
export type Category = z.infer<typeof Category>;

/** A category with what is in it. */
export const ListedCategory = Category.extend({
  count: z.int().meta({ description: "Templates that you may read, here and below, disabled ones left out" }),
}).meta({ id: "ListedCategory" });
export type ListedCategory = z.infer<typeof ListedCategory>;

/** What a category is to be. */
export const CategoryOrder = z
  .object({
    name: z.string().trim().min(1).max(100).meta({ description: "What people read" }),
    description: z.string().max(1000).default("").meta({ description: "What belongs there" }),
    parent: ResourceId.optional().meta({ description: "The category above; without it, at the top" }),
    order: z.int().min(0).max(1_000_000).default(0).meta({
      description: "Where it stands among its siblings: the least first, then by name",
    }),
  })
  .meta({ id: "CategoryOrder" });
export type CategoryOrder = z.output<typeof CategoryOrder>;

/** `categories.json`: categories that a directory of templates brings, those above before those below. */
export const CategoryFile = CategoryOrder.extend({ id: ResourceId })
  .meta({ id: "CategoryFileEntry", description: "A category, below the one that `parent` names" })
  .array();

const params = z.object({ categoryId: ResourceId });
const operator = { kind: ["operator"] } as const;
const engineering = {
  id: "engineering",
  name: "Engineering",
  description: "Building software and keeping it sound.",
  order: 0,
};
const release = {
  id: "engineering-release",
  name: "Releases",
  description: "From merged changes to customers who know what changed.",
  parent: "engineering",
  order: 0,
};

export const listCategories = defineOperation({
  id: "listCategories",
  method: "GET",
  path: "/api/categories",
  tag,
  summary: "List the categories",
  description:
    "The whole tree, each category behind the one above it, with the number of templates that you may read. Templates may name categories that are not in it; validating and publishing them warns of that.",
  access: readTemplates,
  success: { 200: z.object({ categories: z.array(ListedCategory) }) },
  example: {
    answer: {
      categories: [
        { ...engineering, count: 5 },
        { ...release, count: 3 },
      ],
    },
  },
  errors: [],
});

export const putCategory = defineOperation({
  id: "putCategory",
  method: "PUT",
  path: "/api/categories/{categoryId}",
  tag,
  summary: "Create or change a category",
  description:
    "For the operator. What is not named is as in a new one: without `parent` the category is at the top. The same again changes nothing. Templates stay in the category, and those below it go along.",
  access: operator,
  params,
  body: CategoryOrder,
  idempotent: true,
  success: { 200: z.object({ category: Category }), 201: z.object({ category: Category }) },
  example: {
    arguments: { categoryId: release.id, body: { name: release.name, parent: "engineering" } },
    answer: { category: release },
    also: { 201: { category: release } },
  },
  errors: ["category_parent_unknown", "category_cycle"],
});

export const deleteCategory = defineOperation({
  id: "deleteCategory",
  method: "DELETE",
  path: "/api/categories/{categoryId}",
  tag,
  summary: "Delete a category",
  description: "For the operator. Only one that has none below it and that no template of any tenant is in.",
  access: operator,
  params,
  success: { 204: null },
  example: { arguments: { categoryId: release.id } },
  errors: ["category_not_found", "category_in_use"],
});
