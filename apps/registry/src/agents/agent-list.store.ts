import type { OperationInput } from "@nofx/contract-kit";
import type { listAgents as ListAgents } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { type Agent, toAgent } from "./agent.store.ts";

export type AgentFilter = OperationInput<typeof ListAgents>["query"];

/** Where a page of agents ended: in which part of the list, and behind which agent. */
export interface AgentPosition {
  readonly part: "own" | "others";
  readonly updatedAt: string;
  readonly tenant: string;
  readonly agentId: string;
}

const filtered = (query: Kysely<DB>, filter: AgentFilter) => {
  let agents = query.selectFrom("agent_registry").selectAll();
  agents = filter.status ? agents.where("status", "=", filter.status) : agents.where("status", "<>", "disabled");
  if (filter.tenant) agents = agents.where("tenant_id", "=", filter.tenant);
  if (filter.tag) agents = agents.where("tags", "@>", sql<string[]>`ARRAY[${filter.tag}]`);
  if (filter.capability) agents = agents.where("capability_ids", "@>", sql<string[]>`ARRAY[${filter.capability}]`);
  if (filter.owner) agents = agents.where("owner", "=", filter.owner);
  if (filter.visibility) agents = agents.where("visibility", "=", filter.visibility);
  return agents;
};

/** One part of the list: the caller's own agents, or everybody else's public ones; most recently updated first. */
export const listPart = async (
  db: Database<DB>,
  scope: TenantScope,
  part: AgentPosition["part"],
  filter: AgentFilter,
  page: { readonly after: AgentPosition | undefined; readonly limit: number },
): Promise<Agent[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const all = filtered(query, filter);
    const some =
      part === "own"
        ? all.where("tenant_id", "=", scope.tenantId)
        : all
            .where("visibility", "=", "public")
            .where("tenant_id", "<>", scope.tenantId)
            .where("status", "<>", "disabled");
    const { after } = page;
    const rest = after
      ? some.where(
          sql<boolean>`(updated_at, tenant_id, agent_id) < (${after.updatedAt}, ${after.tenant}, ${after.agentId})`,
        )
      : some;
    return rest
      .orderBy("updated_at", "desc")
      .orderBy("tenant_id", "desc")
      .orderBy("agent_id", "desc")
      .limit(page.limit);
  });
  return rows.map(toAgent);
};
