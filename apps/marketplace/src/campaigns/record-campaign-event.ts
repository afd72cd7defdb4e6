import type { Campaign } from "@nofx/contract-marketplace";
import { recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";

export interface CampaignEvent {
  readonly type:
    | "campaign.created"
    | "campaign.replanned"
    | "campaign.item_applied"
    | "campaign.completed"
    | "campaign.cancelled";
  readonly campaign: Pick<Campaign, "campaignId" | "agent" | "to">;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly reason?: string;
}

/** Writes the audit entry and the change of one event of a campaign, which concerns its tenant only; gives the change's id. */
export const recordCampaignEvent = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  { type, campaign: { campaignId, agent, to }, details, reason }: CampaignEvent,
): Promise<string> =>
  await recordEvent(trx, ctx, at, {
    type,
    visibility: "private",
    resourceType: "campaign",
    resourceId: campaignId,
    data: { agent, to, ...details },
    reason,
  });
