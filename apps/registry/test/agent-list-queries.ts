import { unwrap } from "@nofx/client";
import type { Work } from "@nofx/testkit";
import { expect } from "vitest";
import { type Caller, callers, type LargeRegistry } from "./large-registry.ts";
import type { ListQuery } from "./lists.ts";

/** How many agents a page has. */
export const page = 20;
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
export const moreThanOne: readonly ListQuery[] = [
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

export const inEveryOrder = (queries: readonly ListQuery[]): ListQuery[] =>
  queries.flatMap((query) => sorts.map((sort) => ({ ...query, sort })));
/** Queries that are ranges of an index. */
export const onRanges = [...inEveryOrder(oneFilter), { updatedSince: "2026-11-01T00:00:00.000Z" }];
export const byRelevance = moreThanOne.filter(({ search }) => search !== undefined);

export const listWork = async (world: LargeRegistry, caller: Caller, query: ListQuery): Promise<Work> =>
  await world.during(/agent_labels|agent_search|list_agents|find_agents/, () =>
    unwrap(world.callers[caller].listAgents({ ...query, limit: page })),
  );

/** The most that any of the queries takes, for any caller. Where it matters, none may read a table from end to end. */
export const most = async (
  world: LargeRegistry,
  queries: readonly ListQuery[],
  scans: "allowed" | "refused" = "refused",
) => {
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
export const expected = async (
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

/** The beginning of a list as the service gives it, page by page. */
export const listed = async (world: LargeRegistry, caller: Caller, query: ListQuery): Promise<string[]> => {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const found = await unwrap(world.callers[caller].listAgents({ ...query, limit: 15, ...(cursor && { cursor }) }));
    names.push(...found.agents.map(({ tenant, agentId }) => `${tenant}/${agentId}`));
    cursor = found.nextCursor;
  } while (cursor && names.length < 45);
  return names;
};

/** Queries of which the answers are held against lists that are worked out the slow way. */
export const compared: readonly ListQuery[] = inEveryOrder([
  ...["write", "review", "fleet voice", "-the"].map((search) => ({ search })),
  ...moreThanOne.filter((query) => !query.search && !query.owner),
]);
