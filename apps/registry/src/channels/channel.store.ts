import type { Channel } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { Kysely, Selectable } from "kysely";
import type { AgentChannels, DB } from "../db/schema.gen.ts";

/** A pointer that was set by hand; `latest` is not stored. */
const toChannel = (row: Pick<Selectable<AgentChannels>, "channel" | "version" | "updated_at">): Channel => ({
  channel: row.channel,
  version: row.version,
  updatedAt: row.updated_at.toISOString(),
});

const columns = ["channel", "version", "updated_at"] as const;

const channelRows = (query: Kysely<DB>, tenant: string, agentId: string) =>
  query
    .selectFrom("agent_channels")
    .select(columns)
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .orderBy("channel");

export const listChannels = async (
  db: Database<DB>,
  scope: TenantScope,
  agent: { readonly tenant: string; readonly agentId: string },
): Promise<Channel[]> =>
  (await readInTenant(db, scope, (query) => channelRows(query, agent.tenant, agent.agentId))).map(toChannel);

/** The same inside a write, after the agent's lock. */
export const channelsOf = async (trx: TenantTransaction<DB>, tenant: string, agentId: string): Promise<Channel[]> =>
  (await channelRows(trx, tenant, agentId).execute()).map(toChannel);

export const saveChannel = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  channel: { readonly name: string; readonly version: string; readonly at: Date; readonly by: string },
): Promise<Channel> => {
  const pointer = { version: channel.version, updated_at: channel.at, updated_by: channel.by };
  const row = await trx
    .insertInto("agent_channels")
    .values({ tenant_id: tenant, agent_id: agentId, channel: channel.name, ...pointer })
    .onConflict((conflict) => conflict.columns(["tenant_id", "agent_id", "channel"]).doUpdateSet(pointer))
    .returning(columns)
    .executeTakeFirstOrThrow();
  return toChannel(row);
};

export const removeChannel = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  channel: string,
): Promise<Channel | undefined> => {
  const row = await trx
    .deleteFrom("agent_channels")
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .where("channel", "=", channel)
    .returning(columns)
    .executeTakeFirst();
  return row && toChannel(row);
};
