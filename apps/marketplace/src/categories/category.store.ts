import type { Category } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, type Selectable, sql } from "kysely";
import type { Categories, DB } from "../db/schema.gen.ts";

const toCategory = (row: Selectable<Categories>): Category => ({
  id: row.category_id,
  name: row.name,
  description: row.description,
  ...(row.parent_id !== null && { parent: row.parent_id }),
  order: row.place,
});

const categoryRows = (query: Kysely<DB>) => query.selectFrom("categories").selectAll();

export const listCategories = async (db: Database<DB>, scope: TenantScope): Promise<Category[]> =>
  (await readInTenant(db, scope, categoryRows)).map(toCategory);

/** The tree in a transaction; who changes it holds its lock. */
export const categoriesIn = async (trx: TenantTransaction<DB>): Promise<Category[]> =>
  (await categoryRows(trx).execute()).map(toCategory);

/** Creates a category, or makes it what it is to be. */
export const saveCategory = async (
  trx: TenantTransaction<DB>,
  { id, name, description, parent, order }: Category,
  at: Date,
): Promise<void> => {
  const values = { name, description, parent_id: parent ?? null, place: order, updated_at: at };
  await trx
    .insertInto("categories")
    .values({ category_id: id, ...values })
    .onConflict((conflict) => conflict.column("category_id").doUpdateSet(values))
    .execute();
};

export const removeCategory = async (trx: TenantTransaction<DB>, id: string): Promise<void> => {
  await trx.deleteFrom("categories").where("category_id", "=", id).execute();
};

/** Whether a template of any tenant is in the category. */
export const isUsed = async (trx: TenantTransaction<DB>, id: string): Promise<boolean> => {
  const { rows } = await sql<{ used: boolean }>`SELECT category_is_used(${id}) AS used`.execute(trx);
  return rows[0]?.used === true;
};
