import pg from "pg";

/** A table, with all of its partitions. */
export interface TableSize {
  readonly table: string;
  readonly rows: number;
  /** Rows themselves, with what is kept apart of long ones. */
  readonly bytes: number;
  readonly indexBytes: number;
}

const sizes = `
  WITH RECURSIVE parts AS (
    SELECT c.oid AS root, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('registry', 'marketplace', 'search') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    UNION ALL
    SELECT p.root, i.inhrelid FROM parts p JOIN pg_inherits i ON i.inhparent = p.oid
  )
  SELECT format('%s.%s', n.nspname, c.relname) AS table,
         sum(pg_table_size(p.oid))::float8 AS bytes, sum(pg_indexes_size(p.oid))::float8 AS "indexBytes"
  FROM parts p JOIN pg_class c ON c.oid = p.root JOIN pg_namespace n ON n.oid = c.relnamespace
  GROUP BY 1`;

/** What every table of the three schemas takes, the largest first; after a VACUUM, so that nothing dead counts. */
export const sizesOf = async (adminUrl: string): Promise<TableSize[]> => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query("VACUUM (ANALYZE)");
    const { rows } = await client.query<Omit<TableSize, "rows">>(sizes);
    const counted: TableSize[] = [];
    for (const size of rows) {
      const { rows: counts } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${size.table}`);
      counted.push({ ...size, rows: counts[0]?.n ?? 0 });
    }
    return counted.toSorted((a, b) => b.bytes + b.indexBytes - a.bytes - a.indexBytes);
  } finally {
    await client.end();
  }
};
