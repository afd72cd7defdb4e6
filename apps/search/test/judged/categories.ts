import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const file = join(import.meta.dirname, "../../../../packages/shared/templates/categories.json");
const Categories = z.array(z.object({ id: z.string(), parent: z.string().optional() }));

const parents = new Map(
  Categories.parse(JSON.parse(readFileSync(file, "utf8"))).map(({ id, parent }) => [id, parent] as const),
);

/** A category and all above it, the nearest first. */
export const categoriesUpFrom = (category: string | undefined): string[] =>
  category === undefined ? [] : [category, ...categoriesUpFrom(parents.get(category))];
