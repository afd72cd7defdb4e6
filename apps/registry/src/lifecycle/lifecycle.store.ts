import type { AgentSummary } from "@nofx/contract-registry";
import { lockUntilEnd, type TenantTransaction } from "@nofx/db-kit";
import type { KnownSuccessor } from "@nofx/versioning";
import { sql } from "kysely";
import { agentRow, toAgent } from "../agents/agent.store.ts";
import type { DB } from "../db/schema.gen.ts";

interface Address {
  readonly tenant: string;
  readonly agentId: string;
}

/** An agent as far as the caller may see it. */
const findSummary = async (
  trx: TenantTransaction<DB>,
  { tenant, agentId }: Address,
): Promise<AgentSummary | undefined> => {
  const row = await agentRow(trx, tenant, agentId).executeTakeFirst();
  return row && toAgent(row).summary;
};

/** Where an agent's successors lead, as far as the caller may see them. */
const successorsBeyond = async (trx: TenantTransaction<DB>, { tenant, agentId }: Address): Promise<Address[]> => {
  const { rows } = await sql<Address>`
    WITH RECURSIVE beyond AS (
      SELECT successor_tenant, successor_agent FROM agent_registry
      WHERE tenant_id = ${tenant} AND agent_id = ${agentId} AND successor_agent IS NOT NULL
      UNION
      SELECT a.successor_tenant, a.successor_agent FROM beyond b
      JOIN agent_registry a ON a.tenant_id = b.successor_tenant AND a.agent_id = b.successor_agent
      WHERE a.successor_agent IS NOT NULL
    ) SELECT successor_tenant AS tenant, successor_agent AS "agentId" FROM beyond`.execute(trx);
  return rows;
};

/**
 * What is known of an agent that is to be a successor. One at a time names successors of agents, of whichever tenant: two
 * could otherwise close a circle together. The lock is taken after the agent's, and nothing is waited for behind it.
 */
export const lockSuccessor = async (
  trx: TenantTransaction<DB>,
  successor: Address,
): Promise<KnownSuccessor<Address>> => {
  await lockUntilEnd(trx, "agent successors");
  return { found: await findSummary(trx, successor), beyond: await successorsBeyond(trx, successor) };
};

/** Which versions of an agent have a successor, and which. */
export const versionSuccessors = async (
  trx: TenantTransaction<DB>,
  { tenant, agentId }: Address,
): Promise<ReadonlyMap<string, string>> => {
  const rows = await trx
    .selectFrom("agent_versions")
    .select(["version", "successor"])
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .where("successor", "is not", null)
    .orderBy("precedence")
    .execute();
  return new Map(rows.flatMap(({ version, successor }) => (successor === null ? [] : [[version, successor] as const])));
};
