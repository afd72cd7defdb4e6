import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { type Template, toTemplate } from "./template.store.ts";
import { countedColumns } from "./template-counts.store.ts";
import { type Count, type Counted, isByUse, type Selection, type TemplatePosition } from "./template-list.rules.ts";

/** A template in a list, and where it stands there. */
export interface Listed {
  readonly template: Template;
  readonly position: TemplatePosition;
}

export interface ListPage {
  readonly after: TemplatePosition | undefined;
  readonly limit: number;
}

/** A row of the database's function, which gives them in their order. */
interface Found {
  readonly tenant_id: string;
  readonly template_id: string;
  readonly name_key: string;
  readonly rank: number;
  readonly place: string;
}

/** What to count of one list. */
export interface CountOrder {
  readonly search: string | undefined;
  readonly minRating: number | undefined;
  readonly counts: readonly Count[];
  /** How many values of a facet, the most frequent ones. */
  readonly valuesMax: number;
}

/** What a function of the database gives, in its order. */
const listed = (found: RawBuilder<unknown>) =>
  sql<Found>`${found} WITH ORDINALITY`.as<"f">(sql`f (tenant_id, template_id, name_key, rank, place)`);

/** A page of what the caller may see, to be joined as `f` with what is to be shown of it. */
export const foundTemplates = ({ groups, search, minRating, sort }: Selection, { after, limit }: ListPage) => {
  const start = [after?.key, after?.rank, after?.tenant, after?.templateId].map((value) => value ?? null);
  const asked = sql`${JSON.stringify(groups)}, ${search ?? null}, ${sort}`;
  const rated = minRating ?? null;
  if (isByUse(sort)) return listed(sql`find_used_templates(${asked}, ${rated}, ${sql.join(start)}, ${limit})`);
  return listed(
    sort === "rating" || minRating !== undefined
      ? sql`find_rated_templates(${asked}, ${rated}, ${sql.join(start)}, ${limit})`
      : sql`find_templates(${asked}, ${sql.join(start)}, ${limit})`,
  );
};

/** Where a row of a list stands. */
export const placeOf = (
  { sort }: Selection,
  row: Pick<Found, "tenant_id" | "template_id" | "name_key" | "rank"> & { readonly updated_at: Date },
): TemplatePosition => ({
  key: sort === "name" || isByUse(sort) ? row.name_key : row.updated_at.toISOString(),
  rank: row.rank,
  tenant: row.tenant_id,
  templateId: row.template_id,
});

/** The templates are looked up one by one: OFFSET keeps the planner from reading all of them instead. */
const pageOf = (query: Kysely<DB>, selection: Selection, page: ListPage) =>
  query
    .selectFrom(foundTemplates(selection, page))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom("templates")
          .selectAll()
          .select(countedColumns)
          .whereRef("templates.tenant_id", "=", "f.tenant_id")
          .whereRef("templates.template_id", "=", "f.template_id")
          .offset(sql.lit(0))
          .as("t"),
      (on) => on.onTrue(),
    )
    .selectAll("t")
    .select(["f.name_key", "f.rank"])
    .orderBy("f.place");

/** A page of templates. */
export const findTemplates = async (
  db: Database<DB>,
  scope: TenantScope,
  selection: Selection,
  page: ListPage,
): Promise<Listed[]> => {
  const rows = await readInTenant(db, scope, (query) => pageOf(query, selection, page));
  return rows.map((row) => ({ template: toTemplate(row), position: placeOf(selection, row) }));
};

/** Counts templates, each time over its own ones, all in one snapshot. `total` is that of the first. */
export const countTemplates = async (
  db: Database<DB>,
  scope: TenantScope,
  { search, minRating, counts, valuesMax }: CountOrder,
): Promise<Counted[]> => {
  const calls = counts.map(
    ({ groups, facets }, index) =>
      sql`SELECT ${sql.lit(index)} AS number, facet, value, count
          FROM count_templates(${JSON.stringify(groups)}, ${search ?? null}, ${facets}, ${valuesMax},
                               ${minRating ?? null})`,
  );
  return await readInTenant(db, scope, (query) => ({
    compile: () =>
      sql<Counted>`SELECT facet, value, count FROM (${sql.join(calls, sql` UNION ALL `)}) counted
                   ORDER BY CASE facet WHEN 'total' THEN number END, facet, count DESC, value COLLATE "C"`.compile(
        query,
      ),
  }));
};
