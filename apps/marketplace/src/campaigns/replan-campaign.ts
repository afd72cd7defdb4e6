import type { OperationInput, OperationSuccess } from "@nofx/contract-kit";
import type {
  Campaign,
  CampaignItem,
  replanUpgradeCampaign as ReplanUpgradeCampaign,
  StoppedEarly,
} from "@nofx/contract-marketplace";
import { inTenant, keptOrNew } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { versionsLookup } from "../plans/look-up-versions.ts";
import { timeAfter } from "../templates/template.rules.ts";
import { budgetOf } from "./budget.ts";
import { countItems, listItems, lockItem, updateItem } from "./campaign-item.store.ts";
import { campaignAddress, forPart, openCampaign, settleCampaign } from "./open-campaign.ts";
import { type PlannedUpgrade, planUpgrade } from "./plan-upgrade.ts";
import { recordCampaignEvent } from "./record-campaign-event.ts";
import { orderOf } from "./upgrade.rules.ts";

type Order = OperationInput<typeof ReplanUpgradeCampaign>["body"];

/** What a request planned anew, and the last of the changes that it made. */
export interface Replanned {
  readonly result: OperationSuccess<typeof ReplanUpgradeCampaign>["body"];
  readonly changeId?: string | undefined;
}

interface Run {
  readonly replanned: number;
  /** The last place in the campaign's order that was reached. */
  readonly after: number;
  readonly stopped?: StoppedEarly | undefined;
}

/** Writes a plan, unless the template has moved on in the campaign meanwhile. */
const save = async (
  deps: Deps,
  ctx: RequestContext,
  { campaignId }: Campaign,
  item: CampaignItem,
  planned: PlannedUpgrade | undefined,
): Promise<boolean> =>
  await inTenant(deps.db, ctx, async (trx) => {
    const address = campaignAddress(ctx, campaignId);
    if (!(await lockItem(trx, address, item))) return false;
    await updateItem(trx, address, item.templateId, timeAfter(deps.now(), item.updatedAt), { planned });
    return true;
  });

const run = async (deps: Deps, ctx: RequestContext, campaign: Campaign, order: Order): Promise<Run> => {
  const budget = budgetOf(deps, ctx);
  const lookup = versionsLookup(deps, ctx);
  const address = campaignAddress(ctx, campaign.campaignId);
  let [after, replanned] = [-1, 0];
  for (;;) {
    const [stored] = await listItems(deps.db, ctx, address, { ...order, after }, 1);
    if (!stored) return { replanned, after };
    const stopped = await budget.spent();
    if (stopped) return { replanned, after, stopped };
    const planned = await planUpgrade(deps, ctx, stored.item.templateId, orderOf(campaign), lookup);
    if (await save(deps, ctx, campaign, stored.item, planned)) replanned += 1;
    after = stored.position;
  }
};

const replanAnew = async (deps: Deps, ctx: RequestContext, campaignId: string, order: Order): Promise<Replanned> => {
  const part = forPart(ctx);
  const open = await openCampaign(deps, part, campaignId, { begins: false });
  const { replanned, after, stopped } = await run(deps, part, open, order);
  return await inTenant(deps.db, ctx, async (trx) => {
    const remaining = stopped ? await countItems(trx, campaignAddress(ctx, campaignId), { ...order, after }) : 0;
    const details = { replanned, remaining };
    const event = { type: "campaign.replanned", campaign: open, details } as const;
    const changed = replanned === 0 ? undefined : await recordCampaignEvent(trx, ctx, deps.now(), event);
    const { campaign, changeId = changed } = await settleCampaign(trx, ctx, campaignId, deps.now());
    return { result: { campaign, replanned, remaining, ...(stopped && { stopped }) }, changeId };
  });
};

/**
 * Plans templates of a campaign anew, as far as one request gets. Each plan is written by itself, so that of a request that
 * is cut off nothing is lost; one that was answered gets its answer again. @throws dependency_unavailable
 */
export const replanCampaign = (deps: Deps, ctx: RequestContext, campaignId: string, order: Order): Promise<Replanned> =>
  keptOrNew(deps.db, ctx, () => replanAnew(deps, ctx, campaignId, order));
