import type { Campaign } from "@nofx/contract-marketplace";
import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { timeAfter } from "../templates/template.rules.ts";
import { isComplete } from "./campaign.rules.ts";
import { type CampaignAddress, lockCampaign, setCampaignStatus } from "./campaign.store.ts";
import { recordCampaignEvent } from "./record-campaign-event.ts";

/** A campaign's address for its tenant. */
export const campaignAddress = (ctx: RequestContext, campaignId: string): CampaignAddress => ({
  tenant: ctx.tenantId,
  campaignId,
});

/** For the parts of a request that takes many transactions: none of them is all that its Idempotency-Key stands for. */
export const forPart = (ctx: RequestContext): RequestContext => ({ ...ctx, once: undefined, ifMatch: undefined });

/** A campaign, locked, and a time later than any of its own. @throws campaign_not_found */
export const lockedCampaign = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  campaignId: string,
  now: Date,
): Promise<{ readonly campaign: Campaign; readonly at: Date }> => {
  const campaign = await lockCampaign(trx, campaignAddress(ctx, campaignId));
  if (!campaign) throw problem("campaign_not_found");
  return { campaign, at: timeAfter(now, campaign.updatedAt) };
};

/** A campaign that something is done in. @throws campaign_not_found, campaign_closed */
export const openCampaign = async (
  deps: Deps,
  ctx: RequestContext,
  campaignId: string,
  { begins }: { readonly begins: boolean },
): Promise<Campaign> =>
  await inTenant(deps.db, ctx, async (trx) => {
    const { campaign, at } = await lockedCampaign(trx, ctx, campaignId, deps.now());
    if (campaign.status === "cancelled") throw problem("campaign_closed", { detail: "The campaign is cancelled." });
    if (!begins || campaign.status !== "planned") return campaign;
    await setCampaignStatus(trx, campaignAddress(ctx, campaignId), at, "running");
    return { ...campaign, status: "running" };
  });

/** A campaign as a request leaves it, and the change that this made: it is completed once nothing is left to do. */
export const settleCampaign = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  campaignId: string,
  now: Date,
): Promise<{ readonly campaign: Campaign; readonly at: Date; readonly changeId?: string }> => {
  const { campaign, at } = await lockedCampaign(trx, ctx, campaignId, now);
  const isOpen = campaign.status === "planned" || campaign.status === "running";
  if (!isOpen || !isComplete(campaign.counts)) return { campaign, at };
  await setCampaignStatus(trx, campaignAddress(ctx, campaignId), at, "completed");
  const details = { counts: campaign.counts.states };
  const changeId = await recordCampaignEvent(trx, ctx, at, { type: "campaign.completed", campaign, details });
  const completed = { ...campaign, status: "completed", updatedAt: at.toISOString() } as const;
  return { campaign: completed, at, changeId };
};
