import type { OperationSuccess } from "@nofx/contract-kit";
import type { cancelUpgradeCampaign as CancelUpgradeCampaign } from "@nofx/contract-marketplace";
import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { setCampaignStatus } from "./campaign.store.ts";
import { campaignAddress, lockedCampaign } from "./open-campaign.ts";
import { recordCampaignEvent } from "./record-campaign-event.ts";

/** What became of the campaign, and the change that this made. */
export interface Cancelled {
  readonly result: OperationSuccess<typeof CancelUpgradeCampaign>["body"];
  readonly changeId?: string;
}

/** Cancels a campaign: no further upgrade is begun. @throws campaign_not_found, campaign_closed */
export const cancelCampaign = async (
  deps: Deps,
  ctx: RequestContext,
  campaignId: string,
  { reason }: { readonly reason: string },
): Promise<Cancelled> =>
  await inTenant(deps.db, ctx, async (trx) => {
    const { campaign, at } = await lockedCampaign(trx, ctx, campaignId, deps.now());
    if (campaign.status === "cancelled") return { result: { outcome: "unchanged", campaign } };
    if (campaign.status === "completed") {
      throw problem("campaign_closed", { detail: "The campaign is completed: there is nothing left to cancel." });
    }
    await setCampaignStatus(trx, campaignAddress(ctx, campaignId), at, "cancelled");
    const details = { counts: campaign.counts.states };
    const changeId = await recordCampaignEvent(trx, ctx, at, { type: "campaign.cancelled", campaign, details, reason });
    const cancelled = { ...campaign, status: "cancelled", updatedAt: at.toISOString() } as const;
    return { result: { outcome: "changed", campaign: cancelled }, changeId };
  });
