import type { OperationInput } from "@nofx/contract-kit";
import type {
  AppliedCampaign,
  AppliedItem,
  applyUpgradeCampaign as ApplyUpgradeCampaign,
  Campaign,
  StoppedEarly,
} from "@nofx/contract-marketplace";
import { inTenant, keptOrNew } from "@nofx/db-kit";
import { HttpProblem, type RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { versionsLookup } from "../plans/look-up-versions.ts";
import { problem } from "../problem.ts";
import { applyUpgrade, type WaitingItem } from "./apply-upgrade.ts";
import { type Budget, budgetOf } from "./budget.ts";
import { findCampaign } from "./campaign.store.ts";
import { countItems, type ItemFilter, listItems } from "./campaign-item.store.ts";
import { campaignAddress, forPart, openCampaign, settleCampaign } from "./open-campaign.ts";

type Order = OperationInput<typeof ApplyUpgradeCampaign>["body"];

/** What a request did, and the last of the changes that it made. */
export interface Applied {
  readonly result: AppliedCampaign;
  readonly changeId?: string | undefined;
}

interface Run {
  readonly results: readonly AppliedItem[];
  readonly stopped?: StoppedEarly | undefined;
  readonly changeId?: string | undefined;
}

const filterOf = ({ include, templates }: Order): ItemFilter => ({ states: ["planned"], verdicts: include, templates });

/** The next template that waits, behind a place in the campaign's order; undefined if there is none, or the campaign is over. */
const nextItem = async (
  deps: Deps,
  ctx: RequestContext,
  campaignId: string,
  filter: ItemFilter,
): Promise<WaitingItem | "cancelled" | undefined> => {
  const address = campaignAddress(ctx, campaignId);
  const [stored] = await listItems(deps.db, ctx, address, filter, 1);
  if (!stored?.item.plan || !stored.locks) return undefined;
  const campaign = (await findCampaign(deps.db, ctx, address)) as Campaign;
  if (campaign.status === "cancelled") return "cancelled";
  return { campaign, stored, plan: stored.item.plan, locks: stored.locks };
};

/** Whether the registry is away: what was done so far is told, unless that is nothing. */
const isAway = (error: unknown): boolean => error instanceof HttpProblem && error.code === "dependency_unavailable";

/** Why no more may be begun before the next upgrade; undefined: go on. */
const endOf = async (
  waiting: WaitingItem | "cancelled",
  { results }: Run,
  { limit }: Order,
  budget: Budget,
): Promise<StoppedEarly | undefined> => {
  if (waiting === "cancelled") return "cancelled";
  return results.length === limit ? "limit" : await budget.spent();
};

/** Applies one upgrade after the other until none waits, or no more may be begun. */
const run = async (deps: Deps, ctx: RequestContext, campaignId: string, order: Order): Promise<Run> => {
  const budget = budgetOf(deps, ctx);
  const lookup = versionsLookup(deps, ctx);
  let done: Run = { results: [] };
  let after = -1;
  for (;;) {
    const waiting = await nextItem(deps, ctx, campaignId, { ...filterOf(order), after });
    if (waiting === undefined) return done;
    const stopped = await endOf(waiting, done, order, budget);
    if (stopped || waiting === "cancelled") return { ...done, stopped };
    after = waiting.stored.position;
    try {
      const applied = await applyUpgrade(deps, ctx, waiting, lookup);
      if (applied) done = { results: [...done.results, applied.result], changeId: applied.changeId ?? done.changeId };
    } catch (error) {
      if (done.results.length === 0 || !isAway(error)) throw error;
      return { ...done, stopped: "dependency_unavailable" };
    }
  }
};

/** Failing tests are passed over only by somebody who may decide that for the tenant. */
const admitForced = ({ actor }: RequestContext, { include }: Order): void => {
  if (!include.includes("tests_failed") || actor.scopes.has("templates:admin")) return;
  throw problem("forbidden", { detail: "Upgrades with failing tests take the scope templates:admin." });
};

const applyPart = async (deps: Deps, ctx: RequestContext, campaignId: string, order: Order): Promise<Applied> => {
  const part = forPart(ctx);
  await openCampaign(deps, part, campaignId, { begins: true });
  const { results, stopped, changeId } = await run(deps, part, campaignId, order);
  return await inTenant(deps.db, ctx, async (trx) => {
    const remaining = await countItems(trx, campaignAddress(ctx, campaignId), filterOf(order));
    const settled = await settleCampaign(trx, ctx, campaignId, deps.now());
    const result = { campaign: settled.campaign, results: [...results], remaining, ...(stopped && { stopped }) };
    return { result, changeId: settled.changeId ?? changeId };
  });
};

/**
 * Applies a campaign, as far as one request gets. Each upgrade is written by itself; what the request answers is kept with
 * the last transaction, so a request that was cut off goes on when it comes again, and one that was answered does nothing.
 */
export const applyCampaign = async (
  deps: Deps,
  ctx: RequestContext,
  campaignId: string,
  order: Order,
): Promise<Applied> => {
  admitForced(ctx, order);
  return await keptOrNew(deps.db, ctx, () => applyPart(deps, ctx, campaignId, order));
};
