import { unwrap } from "@nofx/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  byRelevance,
  compared,
  expected,
  inEveryOrder,
  listed,
  listWork,
  moreThanOne,
  most,
  onRanges,
  page,
} from "../agent-list-queries.ts";
import { type LargeRegistry, largeRegistry } from "../large-registry.ts";

describe("lists of 100,000 agents", () => {
  let large: LargeRegistry;
  let smaller: LargeRegistry[] = [];
  beforeAll(async () => {
    const startedAt = performance.now();
    large = await largeRegistry(100_000);
    console.log(`100,000 agents after ${Math.round((performance.now() - startedAt) / 1000)} s`);
    smaller = [await largeRegistry(1_000), await largeRegistry(10_000)];
  }, 900_000);
  afterAll(async () => {
    await Promise.all([large, ...smaller].map((world) => world?.close()));
  });

  it("one filter in any order is one range of one index for each part of the list", async () => {
    const { rows, blocks } = await most(large, onRanges);
    expect(rows).toBeGreaterThan(2 * page);
    expect(rows).toBeLessThan(5 * page);
    expect(blocks).toBeLessThan(10 * page);
  });

  it("text and several filters take bounded work, in any order", async () => {
    const ordered = await most(large, inEveryOrder(moreThanOne));
    expect(ordered.rows).toBeLessThan(4_000);
    expect(ordered.blocks).toBeLessThan(6_000);
    const ranked = await most(large, byRelevance);
    expect(ranked.rows).toBeLessThan(6_000);
    expect(ranked.blocks).toBeLessThan(10_000);
  });

  it("the work does not grow with the number of agents", async () => {
    const growth: Record<string, unknown>[] = [];
    for (const [index, world] of [...smaller, large].entries()) {
      const one = await most(world, onRanges, "allowed");
      const more = await most(world, [...inEveryOrder(moreThanOne), ...byRelevance], "allowed");
      growth.push({ agents: 1_000 * 10 ** index, one: one.blocks, more: more.blocks });
    }
    console.table(growth);
    const [least, , last] = growth as { one: number; more: number }[];
    expect(last?.one).toBeLessThan(1.5 * (least?.one ?? 0));
  });

  it.each(["t1", "t30"] as const)("%s gets the right agents, whichever way they are found", async (caller) => {
    for (const query of compared) {
      const names = await listed(large, caller, query);
      expect({ query, names }).toEqual({ query, names: await expected(large, caller, query, 45) });
    }
  });

  it("an agent is found by its name although its words are everywhere", async () => {
    const { database, callers: clients } = large;
    const [oldest] = await database.query<{ agent_id: string; name: string }>(`
      SELECT agent_id, name FROM registry.agent_registry
      WHERE tenant_id = 't1' AND name LIKE 'Review review%' AND status = 'active' ORDER BY updated_at LIMIT 1`);
    const { agents } = await unwrap(clients.t1.listAgents({ search: "review review", limit: 100 }));
    expect(agents.map(({ agentId }) => agentId)).toContain(oldest?.agent_id);
  });

  it("versions, audit entries, changes, tokens and tenants are ranges of an index, too", async () => {
    const [agent] = await large.database.query<{ tenant_id: string }>(
      "SELECT tenant_id FROM registry.agent_registry WHERE agent_id = 'agent-1'",
    );
    const tenant = agent?.tenant_id ?? "";
    const order = { name: "reader", tenant, role: "admin" } as const;
    const { secret } = await unwrap(large.operator.createToken({ body: order }));
    const own = large.as(secret);
    const agentId = "agent-1";
    const lists = {
      versions: [/agent_versions/, () => own.listAgentVersions({ agentId, limit: page })],
      audit: [/audit_log/, () => own.listAgentAudit({ agentId, limit: page })],
      rollbacks: [/audit_log/, () => own.listAgentAudit({ agentId, action: "agent.rolled_back", limit: page })],
      changes: [/FROM changes/, () => own.listChanges({ limit: page })],
      tokens: [/"api_tokens"/, () => own.listTokens({ limit: page })],
      tenants: [/"tenants"/, () => large.operator.listTenants({ limit: page })],
    } as const;
    for (const [list, [tables, read]] of Object.entries(lists)) {
      const { scanned, rows, blocks } = await large.during(tables, async () => expect((await read()).ok).toBe(true));
      expect({ list, scanned: scanned.filter((table) => table !== "feed") }).toEqual({ list, scanned: [] });
      // The feed is one row. Of the changes, one in ten is public, and the others are passed over.
      expect({ list, rows: rows < 20 * page, blocks: blocks < 50 * page }).toEqual({ list, rows: true, blocks: true });
    }
  });

  it("all this would notice a missing index", async () => {
    const definition = await large.database.query<{ indexdef: string }>(
      "SELECT indexdef FROM pg_indexes WHERE indexname = 'agent_labels_own_name'",
    );
    await large.database.query("DROP INDEX registry.agent_labels_own_name");
    const { rows } = await listWork(large, "t1", { sort: "name", tag: "area-1", fields: "name" });
    await large.database.query(definition[0]?.indexdef ?? "");
    expect(rows).toBeGreaterThan(10 * page);
  });
});
