import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { type Agent, toAgent } from "./agent.store.ts";
import { type AgentPosition, isOneRange, type Selection } from "./agent-list.rules.ts";

/** An agent in a list, and where it stands there. */
export interface Listed {
  readonly agent: Agent;
  readonly position: AgentPosition;
}

export interface ListPage {
  readonly after: AgentPosition | undefined;
  readonly limit: number;
}

/** A row of the database's functions, which give them in their order. */
interface Found {
  readonly tenant_id: string;
  readonly agent_id: string;
  readonly name_key: string;
  readonly rank: number;
  readonly place: string;
}

/** One filter: one range of one index. */
const range = ({ part, labels, since, sort }: Selection, { after, limit }: ListPage) => {
  const at = sort === "name" || !after ? "infinity" : after.key;
  const name = sort === "name" && after ? after.key : "";
  return sql`list_agents(${part}, ${labels[0]}, ${since ? new Date(since) : "-infinity"}, ${sort}, ${at}, ${name}, ${after?.tenant ?? ""}, ${after?.agentId ?? ""}, ${limit})`;
};

/** Several filters, or text: what row-level security would keep from its index. */
const matches = ({ part, labels, search, since, sort }: Selection, { after, limit }: ListPage) => {
  const start = [after?.key, after?.rank, after?.tenant, after?.agentId].map((value) => value ?? null);
  return sql`find_agents(${part}, ${labels}, ${search ?? null}, ${since ? new Date(since) : null}, ${sort}, ${sql.join(start)}, ${limit})`;
};

/** One part of a list. The agents are looked up one by one: OFFSET keeps the planner from reading all of them instead. */
const partOf = (query: Kysely<DB>, selection: Selection, page: ListPage) => {
  const found = isOneRange(selection) ? range(selection, page) : matches(selection, page);
  return query
    .selectFrom(sql<Found>`${found} WITH ORDINALITY`.as<"f">(sql`f (tenant_id, agent_id, name_key, rank, place)`))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom("agent_registry")
          .selectAll()
          .whereRef("agent_registry.tenant_id", "=", "f.tenant_id")
          .whereRef("agent_registry.agent_id", "=", "f.agent_id")
          .offset(sql.lit(0))
          .as("a"),
      (on) => on.onTrue(),
    )
    .selectAll("a")
    .select(["f.name_key", "f.rank"])
    .orderBy("f.place");
};

/** One part of a list of agents. */
export const listPart = async (
  db: Database<DB>,
  scope: TenantScope,
  selection: Selection,
  page: ListPage,
): Promise<Listed[]> => {
  const rows = await readInTenant(db, scope, (query) => partOf(query, selection, page));
  return rows.map((row) => {
    const agent = toAgent(row);
    const { updatedAt, tenant, agentId } = agent.summary;
    const keys = {
      updated: updatedAt,
      relevance: updatedAt,
      published: row.published_at.toISOString(),
      name: row.name_key,
    };
    return { agent, position: { part: selection.part, key: keys[selection.sort], rank: row.rank, tenant, agentId } };
  });
};
