import { readInTenant } from "@nofx/db-kit";
import type { CompiledQuery } from "kysely";
import { describe, expect, it } from "vitest";
import { type RatingSelection, ratingPage } from "../src/ratings/rating.store.ts";
import { named, withPublicTemplate } from "./ratings.ts";

/** Twenty thousand ratings of one template, one in a hundred of an old version, few with one star. Triggers would count each of them. */
const fill = `
  SET session_replication_role = replica;
  INSERT INTO marketplace.template_ratings (tenant_id, subject, template_tenant, template_id, id, version, rating, created_at, updated_at)
  SELECT 'globex', 'token:' || n, 'acme', 'release-notes', gen_random_uuid(), CASE WHEN n % 100 = 0 THEN '0.9.0' ELSE '1.0.0' END,
         CASE WHEN n % 200 = 7 THEN 1 ELSE 5 END, now(), '2026-01-01'::timestamptz + n * interval '1 minute'
  FROM generate_series(1, 20000) n`;

interface Node {
  readonly "Relation Name"?: string;
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Node[];
}
interface Explained {
  readonly "QUERY PLAN": readonly { readonly Plan: Node }[];
}
const nodesOf = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

describe("a page of ratings", () => {
  it("is one range of an index, for others and for the template's tenant, whatever is selected", async () => {
    const { world } = await withPublicTemplate();
    const { database, deps } = world;
    await database.query(fill);
    await database.query("ANALYZE marketplace.template_ratings");
    const after = { at: "2026-01-10T00:00:00.000Z", id: "7d3c1c52-5a3e-4a55-9a57-0d7c6a1d2e11" };
    const selections: Partial<RatingSelection>[] = [{}, { version: "0.9.0" }, { stars: 1 }];
    for (const tenantId of ["", "acme", "globex"]) {
      for (const selection of selections.flatMap((each) => [each, { ...each, after }])) {
        const scope = { tenantId, subject: "x", role: "member" } as const;
        const [row] = await readInTenant(deps.db, scope, (query) => {
          const page = ratingPage(query, named, { after: undefined, limit: 26, ...selection }).compile();
          const explained = { ...page, sql: `EXPLAIN (ANALYZE, FORMAT JSON) ${page.sql}` };
          return { compile: () => explained as unknown as CompiledQuery<Explained> };
        });
        const plan = row?.["QUERY PLAN"][0]?.Plan as Node;
        const reads = nodesOf(plan).filter((node) => node["Relation Name"] === "template_ratings");
        expect(reads.map((node) => [node["Node Type"], node["Rows Removed by Filter"] ?? 0])).toEqual([
          ["Index Scan", 0],
        ]);
        expect(reads[0]?.["Actual Rows"]).toBeLessThanOrEqual(26);
      }
    }
  });
});
