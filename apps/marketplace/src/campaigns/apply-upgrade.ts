import type { AppliedItem, Campaign, UpgradePlan } from "@nofx/contract-marketplace";
import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import { HttpProblem, type RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import type { VersionsLookup } from "../plans/look-up-versions.ts";
import { withTemplateLocked } from "../templates/change-template.ts";
import { publish } from "../templates/publish-template.ts";
import { timeAfter } from "../templates/template.rules.ts";
import { refusalIn, type ToldProblem, toldProblem } from "../told-problem.ts";
import { lockItem, type StoredItem, updateItem } from "./campaign-item.store.ts";
import { draftUpgrade, type UpgradeDraft } from "./draft-upgrade.ts";
import { type PlannedLocks, progressOf, type StandingNow } from "./freshness.rules.ts";
import { type HeldUpgrade, holdLocks } from "./hold-locks.ts";
import { keepLocks } from "./keep-locks.ts";
import { campaignAddress } from "./open-campaign.ts";
import { readLocked, readStanding, type TemplateStanding } from "./read-standing.ts";
import { recordCampaignEvent } from "./record-campaign-event.ts";
import { orderOf } from "./upgrade.rules.ts";

/** A template of a campaign that waits for its upgrade. */
export interface WaitingItem {
  readonly campaign: Campaign;
  readonly stored: StoredItem;
  readonly plan: UpgradePlan;
  readonly locks: PlannedLocks;
}

/** What became of an upgrade, and the change that it made. */
export interface AppliedUpgrade {
  readonly result: AppliedItem;
  readonly changeId?: string;
}

const stale = (detail: string): ToldProblem => ({
  code: "stale",
  title: "It has moved on since it was planned",
  detail,
});
const movedOn = stale("The template has another current version or other locks now. Plan it anew.");
const brokenLocks = stale("A version that the new locks hold is not there any more. Plan it anew.");

const standingNow = ({ current, locks }: TemplateStanding): StandingNow => ({
  version: current.version,
  digest: current.digest,
  locks: Object.fromEntries(locks.map(({ stored: { environment = "", digest } }) => [environment, digest])),
});

/** How the template stands, and what its upgrade would be now; undefined if it has moved on. */
const readUpgrade = async (deps: Deps, ctx: RequestContext, { plan, stored, locks, campaign }: WaitingItem) => {
  const { templateId, fromVersion } = stored.item;
  return await readLocked(deps, ctx, templateId, async (trx, standing) => {
    const progress = progressOf({ fromVersion, plan, locks }, standingNow(standing));
    if (!progress) return undefined;
    const { kept } = standing;
    if (progress !== "due") return { kept, document: standing.inline, draft: undefined };
    const draft = await draftUpgrade(trx, ctx, standing, orderOf(campaign));
    return draft?.digest === plan.digest ? { kept, document: draft.inline, draft } : undefined;
  });
};

/** Writes that an upgrade was not made; nothing if somebody else has taken it on. */
const markFailed = async (
  trx: TenantTransaction<DB>,
  deps: Deps,
  ctx: RequestContext,
  { campaign, stored: { item } }: WaitingItem,
  state: "failed" | "stale",
  problem: ToldProblem,
): Promise<AppliedUpgrade | undefined> => {
  const address = campaignAddress(ctx, campaign.campaignId);
  if (!(await lockItem(trx, address, item))) return undefined;
  const at = timeAfter(deps.now(), item.updatedAt);
  const result = { problem, at: at.toISOString(), by: ctx.subject };
  await updateItem(trx, address, item.templateId, at, { state, result });
  return { result: { templateId: item.templateId, state, problem } };
};

/** Keeps the planned locks, and notes that the upgrade is made, in one transaction: both are there, or neither. */
const finish = async (
  deps: Deps,
  ctx: RequestContext,
  waiting: WaitingItem,
  held: readonly HeldUpgrade[],
): Promise<AppliedUpgrade | undefined> => {
  const { campaign, stored, plan, locks } = waiting;
  const { templateId, fromVersion } = stored.item;
  const work = async (trx: TenantTransaction<DB>, _before: unknown, now: Date): Promise<AppliedUpgrade | undefined> => {
    const address = campaignAddress(ctx, campaign.campaignId);
    if (!(await lockItem(trx, address, stored.item))) return undefined;
    const standing = await readStanding(trx, ctx, templateId);
    const progress = standing && progressOf({ fromVersion, plan, locks }, standingNow(standing));
    const isReady = plan.action === "relock" ? progress !== undefined : progress === "published";
    if (!standing || !isReady) return await markFailed(trx, deps, ctx, waiting, "stale", movedOn);
    const at = timeAfter(now, stored.item.updatedAt);
    await keepLocks(trx, ctx, at, standing, held, campaign.campaignId);
    const result = { version: plan.version, at: at.toISOString(), by: ctx.subject };
    await updateItem(trx, address, templateId, at, { state: "applied", result });
    const details = { templateId, version: plan.version, action: plan.action, verdict: plan.verdict };
    const event = { type: "campaign.item_applied", campaign, details } as const;
    const changeId = await recordCampaignEvent(trx, ctx, at, event);
    return { result: { templateId, state: "applied", version: plan.version }, changeId };
  };
  return await withTemplateLocked(deps, ctx, templateId, work, { dryRun: false });
};

/** Publishes the version that the upgrade needs. That which is there already is left as it is: the step may be repeated. */
const publishDraft = async (
  deps: Deps,
  ctx: RequestContext,
  { manifest }: UpgradeDraft,
  { plan, stored }: WaitingItem,
): Promise<{ readonly state: "failed" | "stale"; readonly problem: ToldProblem } | undefined> => {
  if (!manifest) return undefined;
  try {
    const onto = stored.item.fromVersion;
    // Who includes upgrades whose tests fail insists on them.
    const force = plan.verdict === "tests_failed";
    await publish(deps, ctx, manifest, { dryRun: false, draft: false, visibility: undefined, onto, force });
    return undefined;
  } catch (error) {
    const isMoved = error instanceof HttpProblem && error.code === "precondition_failed";
    return isMoved ? { state: "stale", problem: movedOn } : { state: "failed", problem: toldProblem(refusalIn(error)) };
  }
};

/**
 * Makes one upgrade, exactly as it was planned; undefined if somebody else has made it meanwhile. The version is published
 * first, in a transaction of its own, and then locks and note are kept together: cut off in between, the same again finds
 * the version there, and goes on. @throws dependency_unavailable
 */
export const applyUpgrade = async (
  deps: Deps,
  ctx: RequestContext,
  waiting: WaitingItem,
  lookup: VersionsLookup,
): Promise<AppliedUpgrade | undefined> => {
  const fail = (state: "failed" | "stale", problem: ToldProblem) =>
    inTenant(deps.db, ctx, (trx) => markFailed(trx, deps, ctx, waiting, state, problem));
  const upgrade = await readUpgrade(deps, ctx, waiting);
  if (!upgrade) return await fail("stale", movedOn);
  const { draft, ...version } = upgrade;
  const held = await holdLocks({ tenant: ctx.tenantId, ...version }, waiting.locks.after, lookup);
  if (!held) return await fail("stale", brokenLocks);
  const refused = draft && (await publishDraft(deps, ctx, draft, waiting));
  if (refused) return await fail(refused.state, refused.problem);
  return await finish(deps, ctx, waiting, held);
};
