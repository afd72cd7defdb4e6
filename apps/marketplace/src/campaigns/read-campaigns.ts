import type { OperationInput } from "@nofx/contract-kit";
import type {
  Campaign,
  CampaignItem,
  listUpgradeCampaignItems as ListUpgradeCampaignItems,
  listUpgradeCampaigns as ListUpgradeCampaigns,
} from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { campaignPosition, itemPosition } from "./campaign.rules.ts";
import { findCampaign, listCampaignRows } from "./campaign.store.ts";
import { listItems } from "./campaign-item.store.ts";
import { agentNamed } from "./find-target.ts";
import { campaignAddress } from "./open-campaign.ts";

/** One of the tenant's campaigns. @throws campaign_not_found */
export const getCampaign = async (deps: Deps, ctx: RequestContext, campaignId: string): Promise<Campaign> => {
  const campaign = await findCampaign(deps.db, ctx, campaignAddress(ctx, campaignId));
  if (!campaign) throw problem("campaign_not_found");
  return campaign;
};

/** A page of the tenant's campaigns, the latest first. */
export const listCampaigns = async (
  deps: Deps,
  ctx: RequestContext,
  { status, agent: agentId, tenant, limit, cursor }: OperationInput<typeof ListUpgradeCampaigns>["query"],
): Promise<{ campaigns: Campaign[]; nextCursor?: string }> => {
  const cursors = cursorCodec(JSON.stringify(["campaigns", status, agentId, tenant]), campaignPosition);
  const after = cursors.decode(cursor);
  const agent = agentId === undefined ? undefined : agentNamed(ctx, { agentId, tenant });
  const rows = await listCampaignRows(deps.db, ctx, { status, agent, after, limit: limit + 1 });
  const { items, ...rest } = toPage(rows, limit, ({ createdAt: at, campaignId }) => cursors.encode({ at, campaignId }));
  return { campaigns: items, ...rest };
};

/** A page of a campaign's templates, in its order. @throws campaign_not_found */
export const listCampaignItems = async (
  deps: Deps,
  ctx: RequestContext,
  campaignId: string,
  { state, verdict, limit, cursor }: OperationInput<typeof ListUpgradeCampaignItems>["query"],
): Promise<{ items: CampaignItem[]; nextCursor?: string }> => {
  const cursors = cursorCodec(JSON.stringify(["campaign items", campaignId, state, verdict]), itemPosition);
  const after = cursors.decode(cursor);
  await getCampaign(deps, ctx, campaignId);
  const filter = { ...(state && { states: [state] }), ...(verdict && { verdicts: [verdict] }), after };
  const rows = await listItems(deps.db, ctx, campaignAddress(ctx, campaignId), filter, limit + 1);
  const { items, ...rest } = toPage(rows, limit, ({ position }) => cursors.encode(position));
  return { items: items.map(({ item }) => item), ...rest };
};
