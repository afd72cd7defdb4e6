import { unwrap } from "@nofx/client";
import type { Work } from "@nofx/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, callers, type LargeRegistry, largeRegistry } from "./large-registry.ts";
import type { ListQuery } from "./lists.ts";

const page = 20;
const sorts = ["updated", "name", "published"] as const;

/** Every documented filter alone, with values that nearly all agents have, many, and next to none. */
const oneFilter: readonly ListQuery[] = [
  ...[
    {},
    { status: "active" },
    { status: "deprecated" },
    { status: "disabled" },
    { tag: "tag-1" },
    { tag: "tag-2900" },
  ],
  ...[
    { tag: "area-1" },
    { capability: "can-1" },
    { capability: "can-1900" },
    { owner: "team-1" },
    { owner: "team-400" },
  ],
  ...[{ model: "model-1" }, { model: "model-15" }, { visibility: "public" }, { visibility: "private" }],
  ...[{ tenant: "t2" }, { tenant: "t30" }],
] as const;

/** What takes more than a range of an index: text, several filters, agents updated since a time in another order. */
const moreThanOne: readonly ListQuery[] = [
  ...["review", "fleet voice", "agent-4711", "wr", "the", "-review"].map((search) => ({ search })),
  { search: "write", tag: "area-1" },
  { search: "code", tenant: "t2" },
  { tag: ["tag-1", "area-1"] },
  { tag: ["area-1", "area-2"] },
  { status: "active", visibility: "public", model: "model-1" },
  { owner: "team-1", capability: "can-1", updatedSince: "2026-06-01T00:00:00.000Z" },
  { updatedSince: "2026-02-01T00:00:00.000Z" },
  { updatedSince: "2026-12-13T00:00:00.000Z" },
];

const inEveryOrder = (queries: readonly ListQuery[]): ListQuery[] =>
  queries.flatMap((query) => sorts.map((sort) => ({ ...query, sort })));
const onRanges = [...inEveryOrder(oneFilter), { updatedSince: "2026-11-01T00:00:00.000Z" }];
const byRelevance = moreThanOne.filter(({ search }) => search !== undefined);

const listWork = async (world: LargeRegistry, caller: Caller, query: ListQuery): Promise<Work> =>
  await world.during(/agent_labels|agent_search|list_agents|find_agents/, () =>
    unwrap(world.callers[caller].listAgents({ ...query, limit: page })),
  );

/** The most that any of the queries takes, for any caller. Where it matters, none may read a table from end to end. */
const most = async (world: LargeRegistry, queries: readonly ListQuery[], scans: "allowed" | "refused" = "refused") => {
  const all: Work[] = [];
  // Once before it counts: a new connection reads the catalogue.
  for (const query of [{}, { search: "warm" }]) await listWork(world, "t1", query);
  for (const caller of callers) {
    for (const query of queries) {
      const work = await listWork(world, caller, query);
      if (scans === "refused") expect({ caller, query, scanned: work.scanned }).toEqual({ caller, query, scanned: [] });
      all.push(work);
    }
  }
  return { rows: Math.max(...all.map(({ rows }) => rows)), blocks: Math.max(...all.map(({ blocks }) => blocks)) };
};

const conditions = ({ search, tag, status, visibility, model, updatedSince }: ListQuery): string =>
  [
    status ? `status = '${status}'` : "status <> 'disabled'",
    search &&
      `EXISTS (SELECT FROM registry.agent_search s WHERE s.tenant_id = a.tenant_id AND s.agent_id = a.agent_id
               AND words @@ registry.agent_search_query('${search}'))`,
    ...[tag ?? []].flat().map((each) => `'${each}' = ANY (tags)`),
    visibility && `visibility = '${visibility}'`,
    model && `model = '${model}'`,
    updatedSince && `updated_at >= '${updatedSince}'`,
  ]
    .filter(Boolean)
    .join(" AND ");

/** The beginning of a list, worked out the slow way from the agents themselves. */
const expected = async (
  { database }: LargeRegistry,
  me: string,
  query: ListQuery,
  limit: number,
): Promise<string[]> => {
  const order = { name: "lower(name)", updated: "updated_at DESC", published: "published_at DESC" };
  const tie = query.sort === "name" ? "tenant_id, agent_id" : "tenant_id DESC, agent_id DESC";
  const rows = await database.query<{ name: string }>(`
    SELECT tenant_id || '/' || agent_id AS name FROM registry.agent_registry a
    WHERE (tenant_id = '${me}' OR visibility = 'public') AND ${conditions(query)}
    ORDER BY tenant_id <> '${me}', ${order[query.sort as keyof typeof order]}, ${tie} LIMIT ${limit}`);
  return rows.map(({ name }) => name);
};

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
    const searches: ListQuery[] = [
      { search: "write" },
      { search: "review" },
      { search: "fleet voice" },
      { search: "-the" },
    ];
    const queries = inEveryOrder([...searches, ...moreThanOne.filter((query) => !query.search && !query.owner)]);
    for (const query of queries) {
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const found = await unwrap(
          large.callers[caller].listAgents({ ...query, limit: 15, ...(cursor && { cursor }) }),
        );
        names.push(...found.agents.map(({ tenant, agentId }) => `${tenant}/${agentId}`));
        cursor = found.nextCursor;
      } while (cursor && names.length < 45);
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
