import { canonicalForm } from "@nofx/canonical";
import type { CampaignItem, UpgradePlan, UpgradeResult, UpgradeVerdict } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, type Selectable, sql } from "kysely";
import type { DB, UpgradeCampaignItems } from "../db/schema.gen.ts";
import type { CampaignAddress } from "./campaign.store.ts";
import type { PlannedLocks } from "./freshness.rules.ts";
import type { PlannedUpgrade } from "./plan-upgrade.ts";

type State = CampaignItem["state"];

/** A template of a campaign, with what only the service needs. */
export interface StoredItem {
  readonly item: CampaignItem;
  readonly position: number;
  readonly locks: PlannedLocks | undefined;
}

const parsed = <T>(text: string | null): T | undefined => (text === null ? undefined : (JSON.parse(text) as T));

const toItem = (row: Selectable<UpgradeCampaignItems>): StoredItem => {
  const plan = parsed<UpgradePlan>(row.plan);
  const result = parsed<UpgradeResult>(row.result);
  return {
    position: row.position,
    locks: parsed<PlannedLocks>(row.locks),
    item: {
      templateId: row.template_id,
      fromVersion: row.from_version,
      state: row.state as State,
      ...(plan && { plan }),
      ...(result && { result }),
      updatedAt: row.updated_at.toISOString(),
    },
  };
};

/** Which templates of a campaign. */
export interface ItemFilter {
  readonly states?: readonly State[] | undefined;
  readonly verdicts?: readonly UpgradeVerdict[] | undefined;
  readonly templates?: readonly string[] | undefined;
  readonly after?: number | undefined;
}

const itemRows = (query: Kysely<DB>, { tenant, campaignId }: CampaignAddress, filter: ItemFilter) => {
  const { states, verdicts, templates, after } = filter;
  let rows = query
    .selectFrom("upgrade_campaign_items")
    .where("tenant_id", "=", tenant)
    .where("campaign_id", "=", campaignId);
  if (states) rows = rows.where("state", "in", states);
  if (verdicts) rows = rows.where("verdict", "in", verdicts);
  if (templates) rows = rows.where("template_id", "=", sql<string>`ANY(${[...templates]}::text[])`);
  return after === undefined ? rows : rows.where("position", ">", after);
};

/** Templates of a campaign, in its order. */
export const listItems = async (
  db: Database<DB>,
  scope: TenantScope,
  address: CampaignAddress,
  filter: ItemFilter,
  limit: number,
): Promise<StoredItem[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    itemRows(query, address, filter).selectAll().orderBy("position").limit(limit),
  );
  return rows.map(toItem);
};

/** The first of them, as a transaction leaves them. */
export const itemsNow = async (
  trx: TenantTransaction<DB>,
  address: CampaignAddress,
  limit: number,
): Promise<StoredItem[]> => {
  const rows = await itemRows(trx, address, {}).selectAll().orderBy("position").limit(limit).execute();
  return rows.map(toItem);
};

export const countItems = async (
  trx: TenantTransaction<DB>,
  address: CampaignAddress,
  filter: ItemFilter,
): Promise<number> => {
  const { count } = await itemRows(trx, address, filter)
    .select((eb) => eb.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
};

const planColumns = (planned: PlannedUpgrade | undefined) => ({
  state: planned ? "planned" : "skipped",
  ...(planned && {
    from_version: planned.fromVersion,
    verdict: planned.plan.verdict,
    plan: canonicalForm(planned.plan),
    locks: canonicalForm(planned.locks),
  }),
});

/** A template of a new campaign. */
export interface NewItem {
  readonly templateId: string;
  readonly fromVersion: string;
  /** Undefined: there was no time to plan it. */
  readonly planned: PlannedUpgrade | undefined;
}

/** Adds templates to a new campaign; their order is that of the campaign. */
export const insertItems = async (
  trx: TenantTransaction<DB>,
  { tenant, campaignId }: CampaignAddress,
  at: Date,
  items: readonly NewItem[],
): Promise<void> => {
  if (items.length === 0) return;
  const rows = items.map(({ templateId, fromVersion, planned }, position) => ({
    tenant_id: tenant,
    campaign_id: campaignId,
    template_id: templateId,
    position,
    from_version: fromVersion,
    state: "pending",
    updated_at: at,
    verdict: null,
    plan: null,
    locks: null,
    ...(planned && planColumns(planned)),
  }));
  await trx.insertInto("upgrade_campaign_items").values(rows).execute();
};

/** A template of a campaign in the state in which it was read, until the transaction ends; undefined: it has moved on. */
export const lockItem = async (
  trx: TenantTransaction<DB>,
  { tenant, campaignId }: CampaignAddress,
  { templateId, state, updatedAt }: CampaignItem,
): Promise<StoredItem | undefined> => {
  const row = await trx
    .selectFrom("upgrade_campaign_items")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .where("campaign_id", "=", campaignId)
    .where("template_id", "=", templateId)
    .where("state", "=", state)
    .where("updated_at", "=", new Date(updatedAt))
    .forUpdate()
    .executeTakeFirst();
  return row && toItem(row);
};

type ItemChange =
  | { readonly planned: PlannedUpgrade | undefined }
  | { readonly state: State; readonly result: UpgradeResult };

const columnsOf = (change: ItemChange) =>
  "planned" in change
    ? { ...planColumns(change.planned), result: null }
    : { state: change.state, result: canonicalForm(change.result) };

/** Writes what has become of a template that is locked. */
export const updateItem = async (
  trx: TenantTransaction<DB>,
  { tenant, campaignId }: CampaignAddress,
  templateId: string,
  at: Date,
  change: ItemChange,
): Promise<void> => {
  await trx
    .updateTable("upgrade_campaign_items")
    .set({ ...columnsOf(change), updated_at: at })
    .where("tenant_id", "=", tenant)
    .where("campaign_id", "=", campaignId)
    .where("template_id", "=", templateId)
    .execute();
};
