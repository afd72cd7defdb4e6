import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { ratingsColumn, type Template, toTemplate } from "./template.store.ts";
import type { Selection, TemplatePosition } from "./template-list.rules.ts";

/** A template in a list, and where it stands there. */
export interface Listed {
  readonly template: Template;
  readonly position: TemplatePosition;
}

export interface ListPage {
  readonly after: TemplatePosition | undefined;
  readonly limit: number;
}

/** Enough of a name to sort by, and little enough for a cursor. */
const nameKey = sql<string>`(lower(left(name, 100)) COLLATE "C")`;

/** What a search looks into; words never reach from one of them into the next, because they hold no white space. */
const searched = sql<string>`concat_ws(' ', name, template_id, description, array_to_string(tags, ' '))`;

const rowsOf = (query: Kysely<DB>, me: string, selection: Selection) => {
  const { part, tenant, kind, tags, category, status, visibility, patterns } = selection;
  let rows = query
    .selectFrom("templates")
    .selectAll()
    .select([nameKey.as("name_key"), ratingsColumn])
    .where("status", status === undefined ? "<>" : "=", status ?? "disabled");
  if (part === "others") rows = rows.where("tenant_id", "<>", me);
  if (tenant !== undefined) rows = rows.where("tenant_id", "=", tenant);
  if (visibility !== undefined) rows = rows.where("visibility", "=", visibility);
  if (kind !== undefined) rows = rows.where("kind", "=", kind);
  if (category !== undefined) rows = rows.where("category", "=", category);
  if (tags.length > 0) rows = rows.where("tags", "@>", sql<string[]>`${[...tags]}::text[]`);
  for (const pattern of patterns) rows = rows.where(searched, "ilike", pattern);
  return rows;
};

/** One part of a list: a page of it by keyset. */
const pageOf = (query: Kysely<DB>, me: string, selection: Selection, { after, limit }: ListPage) => {
  const rows = rowsOf(query, me, selection).limit(limit);
  if (selection.sort === "name") {
    const ordered = rows.orderBy(nameKey).orderBy("tenant_id").orderBy("template_id");
    return after
      ? ordered.where(
          sql<boolean>`(${nameKey}, tenant_id, template_id) > (${after.key}, ${after.tenant}, ${after.templateId})`,
        )
      : ordered;
  }
  const ordered = rows.orderBy("updated_at", "desc").orderBy("tenant_id", "desc").orderBy("template_id", "desc");
  return after
    ? ordered.where(
        sql<boolean>`(updated_at, tenant_id, template_id) < (${new Date(after.key)}, ${after.tenant}, ${after.templateId})`,
      )
    : ordered;
};

/** One part of a list of templates. */
export const listPart = async (
  db: Database<DB>,
  scope: TenantScope,
  selection: Selection,
  page: ListPage,
): Promise<Listed[]> => {
  const rows = await readInTenant(db, scope, (query) => pageOf(query, scope.tenantId, selection, page));
  return rows.map((row) => {
    const template = toTemplate(row);
    const { updatedAt, tenant, templateId } = template.summary;
    const key = selection.sort === "name" ? row.name_key : updatedAt;
    return { template, position: { part: selection.part, key, tenant, templateId } };
  });
};
