/** A unique key's or foreign key's columns. A foreign key's go with those of the other table, place by place. */
interface ForeignKey {
  readonly name: string;
  readonly to: string;
  readonly columns: readonly string[];
  readonly toColumns: readonly string[];
}

/** What the catalogue knows of a table, as far as it matters for distributing it. Partitions count as their table. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly keys: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly triggers: readonly string[];
  /** Policies whose conditions have a sub-select that does nothing but read a setting. */
  readonly policiesWithSettings: readonly string[];
  /** Policies that look into tables. */
  readonly policiesWithTables: readonly string[];
}

const names = (columns: string, of: string) =>
  `(SELECT array_agg(a.attname::text ORDER BY k.place) FROM unnest(${columns}) WITH ORDINALITY k (number, place)
    JOIN pg_attribute a ON a.attrelid = ${of} AND a.attnum = k.number)`;
const list = (rows: string) =>
  `coalesce((SELECT json_agg(row_to_json(found) ORDER BY name) FROM (${rows}) found), '[]')`;
const condition = `concat(pg_get_expr(p.polqual, p.polrelid), ' ', pg_get_expr(p.polwithcheck, p.polrelid))`;
/** What is left of a condition without `(SELECT current_setting(…))`. */
const looksInto = `replace(${condition}, 'SELECT current_setting', '') ~ 'SELECT'`;
const policies = (which: string) =>
  `ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid AND ${condition} ~ 'SELECT' AND ${which} ORDER BY 1)`;

/** Tables of a schema, `$1`, as `Table`s. */
export const tablesQuery = `
  SELECT c.relname AS name,
    ARRAY(SELECT a.attname::text FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
    ${list(`SELECT i.relname AS name, ${names("x.indkey::int2[]", "c.oid")} AS columns
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid AND x.indisunique`)} AS keys,
    ${list(`SELECT f.conname AS name, t.relname AS to, ${names("f.conkey", "c.oid")} AS columns,
                   ${names("f.confkey", "t.oid")} AS "toColumns"
            FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid
            WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conparentid = 0`)} AS "foreignKeys",
    ARRAY(SELECT t.tgname::text FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY 1) AS triggers,
    ${policies(`NOT ${looksInto}`)} AS "policiesWithSettings",
    ${policies(looksInto)} AS "policiesWithTables"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`;
