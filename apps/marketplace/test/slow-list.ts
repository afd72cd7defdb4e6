import type { LargeMarketplace } from "./large-marketplace.ts";
import type { MarketplaceClient } from "./marketplace.ts";

/** What a list may be asked for. */
export type ListQuery = NonNullable<Parameters<MarketplaceClient["listTemplates"]>[0]>;

/** `field IN (…)`, or that each of them is in an array. */
const within = (column: string, values: unknown): string[] =>
  values === undefined ? [] : [`${column} IN (${[values].flat().map((value) => `'${value}'`)})`];

const conditions = ({ search, tag, kind, status, visibility, author, license, tenant, category }: ListQuery): string =>
  [
    ...(status ? within("status", status) : ["status <> 'disabled'"]),
    ...(search
      ? [
          `EXISTS (SELECT FROM marketplace.template_search s WHERE s.tenant_id = t.tenant_id AND s.template_id = t.template_id
                  AND words @@ marketplace.template_search_query('${search}'))`,
        ]
      : []),
    ...[tag ?? []].flat().map((each) => `'${each}' = ANY (tags)`),
    ...within("visibility", visibility),
    ...within("kind", kind),
    ...within("owner", author),
    ...within("license", license),
    ...within("tenant_id", tenant),
    ...(category
      ? [
          `category IN (WITH RECURSIVE below AS (
            SELECT category_id FROM marketplace.categories WHERE ${within("category_id", category)}
            UNION SELECT c.category_id FROM marketplace.categories c JOIN below b ON c.parent_id = b.category_id
          ) SELECT category_id FROM below)`,
        ]
      : []),
  ].join(" AND ");

/** The beginning of a list, and its length, worked out the slow way from the templates themselves. */
export const expected = async ({ database }: LargeMarketplace, me: string, query: ListQuery, limit: number) => {
  const [order, tie] =
    query.sort === "name"
      ? ["lower(name)", "tenant_id, template_id"]
      : ["updated_at DESC", "tenant_id DESC, template_id DESC"];
  const rows = await database.query<{ name: string; total: string }>(`
    SELECT tenant_id || '/' || template_id AS name, count(*) OVER () AS total FROM marketplace.templates t
    WHERE (tenant_id = '${me}' OR visibility = 'public' AND status <> 'disabled') AND ${conditions(query)}
    ORDER BY ${order}, ${tie} LIMIT ${limit}`);
  return { names: rows.map(({ name }) => name), total: Number(rows[0]?.total ?? 0) };
};
