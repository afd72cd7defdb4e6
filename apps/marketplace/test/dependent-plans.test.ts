import { readInTenant } from "@nofx/db-kit";
import type { CompiledQuery } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DependentsPage, dependentsQuery } from "../src/plans/dependent.store.ts";
import { marketplace, type TestMarketplace } from "./marketplace.ts";

const page = 100;

/**
 * Ten thousand templates of a hundred tenants, every seventh private. The lock of each holds the same agent, one in a hundred
 * an old version of it, and nine other agents. Triggers and foreign keys would look at each of them.
 */
const fill = `
  SET session_replication_role = replica; SET search_path = marketplace;
  CREATE TEMP TABLE t AS SELECT 't' || n % 100 AS tenant_id, 'template-' || n AS template_id,
    CASE WHEN n % 7 = 3 THEN 'private' ELSE 'public' END AS visibility, n FROM generate_series(1, 10000) n;
  INSERT INTO templates (tenant_id, template_id, id, kind, name, visibility, current_version, owner_id, created_at, updated_at, published_at)
  SELECT tenant_id, template_id, gen_random_uuid(), 'workflow', 'T', visibility, '1.0.0', 'x', now(), now(), now() FROM t;
  INSERT INTO template_versions (tenant_id, template_id, version, precedence, id, digest, document, published_at, published_by)
  SELECT tenant_id, template_id, '1.0.0', 'x', gen_random_uuid(), 'sha256:' || repeat('0', 64), '{}', now(), 'x' FROM t;
  INSERT INTO template_locks (tenant_id, template_id, version, lock, digest, visibility, locked_at, locked_by)
  SELECT tenant_id, template_id, '1.0.0', '{}', 'sha256:' || repeat('0', 64), visibility, now(), 'x' FROM t;
  INSERT INTO template_lock_entries (tenant_id, template_id, version, environment, kind, on_tenant, on_id, on_version)
  SELECT tenant_id, template_id, '1.0.0', '', 'agent', 'acme', 'collector', CASE WHEN n / 100 % 100 = 7 THEN '1.0.0' ELSE '2.0.0' END FROM t
  UNION ALL
  SELECT tenant_id, template_id, '1.0.0', '', 'agent', 'acme', 'helper-' || (n + m * 37) % 500, '1.0.0' FROM t, generate_series(1, 9) m;
  ANALYZE templates, template_versions, template_locks, template_lock_entries`;

interface Node {
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Node[];
}
interface Explained {
  readonly "QUERY PLAN": readonly { readonly Plan: Node }[];
}
const nodesOf = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

describe("a page of dependents among ten thousand locks with the agent", () => {
  let world: TestMarketplace;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    world = await marketplace({}, { finished: (end) => void ends.push(end) });
    await world.database.query(fill);
  }, 120_000);
  afterAll(async () => {
    for (const end of ends) await end();
  });

  /** What is read of the locks' entries for one page, and how much else is read from end to end. */
  const worked = async (tenantId: string, more: Partial<DependentsPage>) => {
    const asked = {
      tenant: "acme",
      agentId: "collector",
      version: undefined,
      after: undefined,
      limit: page + 1,
      ...more,
    };
    const scope = { tenantId, subject: "x", role: "member" } as const;
    const [row] = await readInTenant(world.deps.db, scope, (query) => {
      const compiled = dependentsQuery(query, tenantId, asked).compile();
      const explained = { ...compiled, sql: `EXPLAIN (ANALYZE, FORMAT JSON) ${compiled.sql}` };
      return { compile: () => explained as unknown as CompiledQuery<Explained> };
    });
    const nodes = nodesOf(row?.["QUERY PLAN"][0]?.Plan as Node);
    const reads = nodes.filter((node) => node["Relation Name"] === "template_lock_entries");
    return {
      indexes: reads.map((node) => node["Index Name"]),
      rows: reads.reduce(
        (sum, node) => sum + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"],
        0,
      ),
      scanned: nodes.filter((node) => node["Node Type"] === "Seq Scan").map((node) => node["Relation Name"]),
    };
  };

  const after = { tenant: "t5", templateId: "template-4105", version: "1.0.0", environment: "" };
  const ofAny = "template_lock_entries_on";
  const ofOne = "template_lock_entries_on_version";
  it.each<[string, string, Partial<DependentsPage>]>([
    ["of any version", ofAny, {}],
    ["of any version, further on", ofAny, { after }],
    ["of a rare version", ofOne, { version: "1.0.0" }],
    ["of a rare version, further on", ofOne, { version: "1.0.0", after }],
    ["of a frequent version", ofOne, { version: "2.0.0" }],
    ["of a version that nobody has locked", ofOne, { version: "3.0.0" }],
  ])("%s is one range of an index, beside what others keep to themselves", async (_what, index, more) => {
    for (const tenantId of ["", "acme", "t7"]) {
      const { rows, ...plan } = await worked(tenantId, more);
      expect({ tenantId, ...plan }).toEqual({ tenantId, indexes: [index], scanned: [] });
      expect(rows).toBeLessThan(1.5 * page);
    }
  });

  it("of a rare version would be looked for among all of the agent's without its index", async () => {
    await world.database.query(`DROP INDEX marketplace.${ofOne}`);
    const { rows } = await worked("acme", { version: "1.0.0", after });
    expect(rows).toBeGreaterThan(10 * page);
  });
});
