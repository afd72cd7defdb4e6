import { randomUUID } from "node:crypto";
import type { OperationInput, OperationSuccess } from "@nofx/contract-kit";
import { type createUpgradeCampaign as CreateUpgradeCampaign, campaignLimits } from "@nofx/contract-marketplace";
import { inTenant, keptOrNew, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { parseRange } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { versionsLookup } from "../plans/look-up-versions.ts";
import { problem } from "../problem.ts";
import { budgetOf } from "./budget.ts";
import { insertCampaign } from "./campaign.store.ts";
import { insertItems, itemsNow, type NewItem } from "./campaign-item.store.ts";
import { agentNamed, findTarget } from "./find-target.ts";
import { type Holder, listAbsent, listHeldVersions, listHolders } from "./holder.store.ts";
import { campaignAddress, forPart, settleCampaign } from "./open-campaign.ts";
import { planUpgrade } from "./plan-upgrade.ts";
import { recordCampaignEvent } from "./record-campaign-event.ts";
import { type CampaignTarget, orderOf } from "./upgrade.rules.ts";

type Body = OperationInput<typeof CreateUpgradeCampaign>["body"];
type Answer = OperationSuccess<typeof CreateUpgradeCampaign>["body"];

/** A campaign that was created, and the change that this made. */
export interface Created {
  readonly result: Answer;
  readonly changeId: string;
}

const itemsShown = 100;

/** The templates to upgrade. @throws template_not_found, campaign_too_large */
const holdersFor = async (
  deps: Deps,
  ctx: RequestContext,
  target: CampaignTarget,
  templates: readonly string[] | undefined,
): Promise<Holder[]> => {
  const absent = templates ? await listAbsent(deps.db, ctx, templates) : [];
  if (absent.length > 0)
    throw problem("template_not_found", { detail: `Not there: ${absent.slice(0, 20).join(", ")}.` });
  const { concerns, to } = orderOf(target);
  const held = await listHeldVersions(deps.db, ctx, target.agent);
  const versions = held.filter((version) => version !== to && concerns(version));
  const limit = campaignLimits.templatesMax + 1;
  const holders = await listHolders(deps.db, ctx, target.agent, { versions, templates, limit });
  if (holders.length === limit) throw problem("campaign_too_large");
  return holders;
};

/** Plans templates until the time is up; the rest is left for later. @throws dependency_unavailable */
const planAll = async (
  deps: Deps,
  ctx: RequestContext,
  target: CampaignTarget,
  holders: readonly Holder[],
  lookup = versionsLookup(deps, ctx),
): Promise<NewItem[]> => {
  const budget = budgetOf(deps, ctx);
  const order = orderOf(target);
  const items: NewItem[] = [];
  for (const { templateId, currentVersion: fromVersion } of holders) {
    if (await budget.spent()) {
      items.push({ templateId, fromVersion, planned: undefined });
      continue;
    }
    const planned = await planUpgrade(deps, ctx, templateId, order, lookup);
    // One that was upgraded by somebody in the meantime is none of the campaign.
    if (planned) items.push({ templateId, fromVersion: planned.fromVersion, planned });
  }
  return items;
};

const saved =
  (
    deps: Deps,
    ctx: RequestContext,
    target: CampaignTarget,
    items: readonly NewItem[],
    about: Omit<Answer, "campaign" | "items">,
  ) =>
  async (trx: TenantTransaction<DB>): Promise<Created> => {
    const campaignId = randomUUID();
    const address = campaignAddress(ctx, campaignId);
    const at = deps.now();
    await insertCampaign(trx, ctx.tenantId, at, { ...target, campaignId, createdBy: ctx.subject });
    await insertItems(trx, address, at, items);
    const details = { templates: items.length, ...(target.from !== undefined && { from: target.from }) };
    const event = { type: "campaign.created", campaign: { ...target, campaignId }, details } as const;
    const created = await recordCampaignEvent(trx, ctx, at, event);
    const { campaign, changeId = created } = await settleCampaign(trx, ctx, campaignId, at);
    const shown = await itemsNow(trx, address, itemsShown);
    return { result: { ...about, campaign, items: shown.map(({ item }) => item) }, changeId };
  };

const createAnew = async (
  deps: Deps,
  ctx: RequestContext,
  { agent: named, from, to, templates }: Body,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Created> => {
  if (from !== undefined && !parseRange(from)) {
    const message = "Write a range such as `^1.2.0`";
    throw problem("request_invalid", { errors: [{ path: "$.from", message, code: "invalid_range" }] });
  }
  const part = forPart(ctx);
  const agent = agentNamed(ctx, named);
  const lookup = versionsLookup(deps, part);
  const target = { agent, from, to: await findTarget(lookup, agent, to) };
  const holders = await holdersFor(deps, part, target, templates);
  const items = await planAll(deps, part, target, holders, lookup);
  const inside = new Set(items.map(({ templateId }) => templateId));
  const leftOut = [...new Set(templates)].filter((id) => !inside.has(id));
  return await inTenant(deps.db, ctx, saved(deps, ctx, target, items, { dryRun, leftOut }), { dryRun });
};

/**
 * Plans the upgrade of an agent in all templates that lock it in another version. Everything is planned before the
 * transaction that keeps it: nobody waits for the registry, or for tests, in a transaction.
 */
export const createCampaign = async (
  deps: Deps,
  ctx: RequestContext,
  body: Body,
  options: { readonly dryRun: boolean },
): Promise<Created> => {
  const work = () => createAnew(deps, ctx, body, options);
  return options.dryRun ? await work() : await keptOrNew(deps.db, ctx, work);
};
