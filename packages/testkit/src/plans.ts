import type { Pool } from "pg";

/** A node of a plan as EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) writes it. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

/** What the database did for one request. */
export interface Work {
  /** Tables read from end to end. */
  readonly scanned: readonly string[];
  /** Blocks of 8 KB that were looked at, the same one as often as it was. */
  readonly blocks: number;
  /** Rows that tables and indexes gave, those included that were thrown away. */
  readonly rows: number;
}

/** Settings of a database under which every statement on it tells its plan, also statements inside functions. */
export const tellPlans = `
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET session_preload_libraries = auto_explain', current_database());
    EXECUTE format('ALTER DATABASE %I SET auto_explain.log_min_duration = 0', current_database());
    EXECUTE format('ALTER DATABASE %I SET auto_explain.log_level = notice', current_database());
    EXECUTE format('ALTER DATABASE %I SET auto_explain.log_format = json', current_database());
    EXECUTE format('ALTER DATABASE %I SET auto_explain.log_analyze = on', current_database());
    EXECUTE format('ALTER DATABASE %I SET auto_explain.log_buffers = on', current_database());
    EXECUTE format('ALTER DATABASE %I SET auto_explain.log_timing = off', current_database());
    EXECUTE format('ALTER DATABASE %I SET auto_explain.log_nested_statements = on', current_database());
  END $$`;

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const rowsOf = (node: PlanNode): number =>
  (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0)) *
  node["Actual Loops"];

/**
 * Gathers the plans of what a service does on such a database, as its own role, with its own statements. `functions` are
 * calls whose own statements must not count twice.
 */
export const watchPlans = (
  { db }: { readonly db: { readonly pool: Pool } },
  functions: RegExp,
): { during(tables: RegExp, request: () => Promise<unknown>): Promise<Work> } => {
  let plans: { text: string; plan: PlanNode }[] = [];
  db.pool.on("connect", (client) =>
    client.on("notice", ({ message = "" }) => {
      const json = /plan:\n([\s\S]*)$/.exec(message)?.[1];
      if (json === undefined) return;
      const { "Query Text": text, Plan: plan } = JSON.parse(json) as { "Query Text": string; Plan: PlanNode };
      plans.push({ text, plan });
    }),
  );
  return {
    /** The work for statements on the given tables. Statements of a function count as part of the one that called it. */
    during: async (tables, request) => {
      plans = [];
      await request();
      const seen = plans.filter(({ text }) => tables.test(text));
      const nodes = seen.flatMap(({ plan }) => nodesOf(plan));
      const scans = nodes.filter((node) => node["Relation Name"] !== undefined);
      const calls = seen.filter(({ text }) => functions.test(text));
      const outermost = calls.length > 0 ? calls : seen;
      return {
        scanned: scans.filter((node) => node["Node Type"] === "Seq Scan").map((node) => node["Relation Name"] ?? ""),
        blocks: outermost.reduce((sum, { plan }) => sum + plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], 0),
        rows: scans.reduce((sum, node) => sum + rowsOf(node), 0),
      };
    },
  };
};
