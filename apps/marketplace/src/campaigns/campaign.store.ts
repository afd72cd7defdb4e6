import type { Campaign, CampaignStatus } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { countsOf } from "./campaign.rules.ts";

/** A campaign's full name. */
export interface CampaignAddress {
  readonly tenant: string;
  readonly campaignId: string;
}

type Counted = Readonly<Record<string, number>> | null;

const counted = (column: "state" | "verdict") => sql<Counted>`(
  SELECT jsonb_object_agg(g.name, g.n) FROM (
    SELECT i.${sql.ref(column)} AS name, count(*) AS n FROM upgrade_campaign_items i
    WHERE i.tenant_id = c.tenant_id AND i.campaign_id = c.campaign_id AND i.${sql.ref(column)} IS NOT NULL
    GROUP BY 1) g)`;

const campaignRows = (query: Kysely<DB>, tenant: string) =>
  query
    .selectFrom("upgrade_campaigns as c")
    .selectAll("c")
    .select([counted("state").as("states"), counted("verdict").as("verdicts")])
    .where("c.tenant_id", "=", tenant);

type CampaignRow = Awaited<ReturnType<ReturnType<typeof campaignRows>["execute"]>>[number];

const toCampaign = (row: CampaignRow): Campaign => ({
  campaignId: row.campaign_id,
  agent: { tenant: row.agent_tenant, agentId: row.agent_id },
  ...(row.from_range !== null && { from: row.from_range }),
  to: row.to_version,
  status: row.status as CampaignStatus,
  counts: countsOf(row.states ?? {}, row.verdicts ?? {}),
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  updatedAt: row.updated_at.toISOString(),
});

const rowOf = (query: Kysely<DB>, { tenant, campaignId }: CampaignAddress) =>
  campaignRows(query, tenant).where("c.campaign_id", "=", campaignId);

export const findCampaign = async (
  db: Database<DB>,
  scope: TenantScope,
  address: CampaignAddress,
): Promise<Campaign | undefined> => {
  const [row] = await readInTenant(db, scope, (query) => rowOf(query, address));
  return row && toCampaign(row);
};

/** A campaign, of which nobody else changes the status until the transaction ends. */
export const lockCampaign = async (
  trx: TenantTransaction<DB>,
  address: CampaignAddress,
): Promise<Campaign | undefined> => {
  await trx
    .selectFrom("upgrade_campaigns")
    .select("campaign_id")
    .where("tenant_id", "=", address.tenant)
    .where("campaign_id", "=", address.campaignId)
    .forUpdate()
    .execute();
  const row = await rowOf(trx, address).executeTakeFirst();
  return row && toCampaign(row);
};

/** A campaign as it begins. */
export type NewCampaign = Pick<Campaign, "campaignId" | "agent" | "from" | "to" | "createdBy">;

export const insertCampaign = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  at: Date,
  { campaignId, agent, from, to, createdBy }: NewCampaign,
): Promise<void> => {
  await trx
    .insertInto("upgrade_campaigns")
    .values({
      tenant_id: tenant,
      campaign_id: campaignId,
      agent_tenant: agent.tenant,
      agent_id: agent.agentId,
      from_range: from ?? null,
      to_version: to,
      status: "planned",
      created_at: at,
      created_by: createdBy,
      updated_at: at,
    })
    .execute();
};

export const setCampaignStatus = async (
  trx: TenantTransaction<DB>,
  { tenant, campaignId }: CampaignAddress,
  at: Date,
  status: CampaignStatus,
): Promise<void> => {
  await trx
    .updateTable("upgrade_campaigns")
    .set({ status, updated_at: at })
    .where("tenant_id", "=", tenant)
    .where("campaign_id", "=", campaignId)
    .execute();
};

/** Where a page of campaigns ended. */
export interface CampaignPosition {
  readonly at: string;
  readonly campaignId: string;
}

/** Which campaigns are listed. */
export interface CampaignFilter {
  readonly status: CampaignStatus | undefined;
  readonly agent: { readonly tenant: string; readonly agentId: string } | undefined;
  readonly after: CampaignPosition | undefined;
  readonly limit: number;
}

/** The tenant's campaigns, the latest first. */
export const listCampaignRows = async (
  db: Database<DB>,
  scope: TenantScope,
  { status, agent, after, limit }: CampaignFilter,
): Promise<Campaign[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    let found = campaignRows(query, scope.tenantId)
      .orderBy("c.created_at", "desc")
      .orderBy("c.campaign_id", "desc")
      .limit(limit);
    if (status !== undefined) found = found.where("c.status", "=", status);
    if (agent) found = found.where("c.agent_tenant", "=", agent.tenant).where("c.agent_id", "=", agent.agentId);
    if (!after) return found;
    return found.where(
      sql<boolean>`(c.created_at, c.campaign_id) < (${new Date(after.at)}, ${after.campaignId}::uuid)`,
    );
  });
  return rows.map(toCampaign);
};
