import { Bump, Digest, ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { BulkProblem } from "./bulk.ts";
import { PlanChange } from "./plan-difference.ts";
import { EnvironmentName, NpmRange } from "./template-environment.ts";

/** Limits of upgrade campaigns. */
export const campaignLimits = {
  templatesMax: 1_000,
  /** Of lists within one plan. */
  toldMax: 20,
  /** How long one request plans or applies before it leaves the rest to the next one. */
  budgetMs: 20_000,
} as const;

const environment = EnvironmentName.optional().meta({ description: "Of the lock; absent: for none in particular" });
const AgentName = z.object({ tenant: TenantId, agentId: ResourceId });

/** An agent in the lock of a template, held against what there is now. */
export const OutdatedAgent = z
  .object({
    agent: AgentName,
    environment,
    locked: SemVer,
    wanted: SemVer.optional().meta({ description: "What the ranges it was locked for admit now" }),
    latest: SemVer.optional().meta({ description: "The latest release, within the ranges or not" }),
    reasons: z.array(z.enum(["outdated", "deprecated", "gone"])).meta({
      description:
        "`outdated`: there is a later release; `deprecated`: the locked version is, or the agent; `gone`: the locked version is not there for you any more",
    }),
  })
  .meta({ id: "OutdatedAgent" });
export type OutdatedAgent = z.infer<typeof OutdatedAgent>;

/** A template of which locks of the current version hold such agents. */
export const OutdatedTemplate = z
  .object({ templateId: ResourceId, version: SemVer, entries: z.array(OutdatedAgent) })
  .meta({ id: "OutdatedTemplate" });
export type OutdatedTemplate = z.infer<typeof OutdatedTemplate>;

export const CampaignStatus = z.enum(["planned", "running", "completed", "cancelled"]).meta({
  id: "UpgradeCampaignStatus",
  description: "`completed`: every template is upgraded, or needs no upgrade any more",
});
export type CampaignStatus = z.infer<typeof CampaignStatus>;

/** What may be said of an upgrade before it is made. */
export const UpgradeVerdict = z.enum(["compatible", "breaking", "tests_failed", "unsatisfiable", "refused"]).meta({
  id: "UpgradeVerdict",
  description:
    "`breaking`: the agent's new version does not promise what the locked one does; `unsatisfiable`: no choice of versions has it; `refused`: the new version of the template could not be published. The last that applies is told",
});
export type UpgradeVerdict = z.infer<typeof UpgradeVerdict>;

export const UpgradeState = z.enum(["pending", "planned", "applied", "skipped", "failed", "stale"]).meta({
  id: "UpgradeState",
  description:
    "`pending`: not planned yet; `skipped`: there was nothing to upgrade any more; `failed`: it was refused when it was applied; `stale`: the template or what its locks hold has moved on since it was planned",
});
export type UpgradeState = z.infer<typeof UpgradeState>;

const told = <Item extends z.ZodType>(item: Item) => z.array(item).max(campaignLimits.toldMax);

/** What upgrading one template takes. */
export const UpgradePlan = z
  .object({
    action: z.enum(["relock", "publish"]).meta({
      description:
        "`relock`: only locks move; `publish`: a range has to, so a new version of the template is published",
    }),
    verdict: UpgradeVerdict,
    reasons: z.array(z.string()).meta({ description: "Why, in sentences for people" }),
    version: SemVer.meta({ description: "Whose locks hold the new version then: the present one, or the next" }),
    digest: Digest.meta({ description: "Of that version" }),
    bump: Bump.meta({ description: "What a change of the ranges demands of the template's number" }),
    agents: z
      .array(z.object({ environment, locked: SemVer, bump: Bump }))
      .meta({ description: "Which version each lock holds, and how large the agent's step from there is" }),
    ranges: z
      .array(z.object({ path: z.string(), before: NpmRange.optional(), after: NpmRange }))
      .meta({ description: "What becomes of declared ranges and environments' pins; nothing else changes" }),
    moves: told(z.object({ environment, name: z.string(), before: SemVer.optional(), after: SemVer.optional() })).meta({
      description: "What else would move in the locks, because the new version needs it",
    }),
    plan: z
      .object({ equivalent: z.boolean(), changes: told(PlanChange.omit({ before: true, after: true })) })
      .meta({ description: "What is carried out otherwise, as diffTemplateVersions tells" }),
    tests: z
      .object({ passed: z.int(), failed: z.int(), failing: told(z.string()) })
      .optional()
      .meta({ description: "With the new version; absent if they could not be run" }),
    problem: BulkProblem.optional().meta({ description: "What stands against it" }),
  })
  .meta({ id: "UpgradePlan" });
export type UpgradePlan = z.infer<typeof UpgradePlan>;

/** What has become of an upgrade. */
export const UpgradeResult = z
  .object({
    version: SemVer.optional().meta({ description: "Whose locks hold the agent's new version now" }),
    problem: BulkProblem.optional(),
    at: Timestamp,
    by: z.string(),
  })
  .meta({ id: "UpgradeResult" });
export type UpgradeResult = z.infer<typeof UpgradeResult>;

/** One template of a campaign. */
export const CampaignItem = z
  .object({
    templateId: ResourceId,
    fromVersion: SemVer.meta({ description: "The current version when it was planned" }),
    state: UpgradeState,
    plan: UpgradePlan.optional(),
    result: UpgradeResult.optional(),
    updatedAt: Timestamp,
  })
  .meta({ id: "UpgradeCampaignItem" });
export type CampaignItem = z.infer<typeof CampaignItem>;

const count = z.int().min(0);

/** A campaign, counted. */
export const Campaign = z
  .object({
    campaignId: z.uuid(),
    agent: AgentName,
    from: NpmRange.optional().meta({ description: "Versions that are upgraded; absent: any other" }),
    to: SemVer,
    status: CampaignStatus,
    counts: z.object({
      templates: count,
      states: z.object({
        pending: count,
        planned: count,
        applied: count,
        skipped: count,
        failed: count,
        stale: count,
      }),
      verdicts: z.object({
        compatible: count,
        breaking: count,
        tests_failed: count,
        unsatisfiable: count,
        refused: count,
      }),
    }),
    createdAt: Timestamp,
    createdBy: z.string(),
    updatedAt: Timestamp,
  })
  .meta({ id: "UpgradeCampaign" });
export type Campaign = z.infer<typeof Campaign>;

/** What became of one template in one request. */
export const AppliedItem = z
  .object({
    templateId: ResourceId,
    state: UpgradeState.extract(["applied", "failed", "stale"]),
    version: SemVer.optional().meta({ description: "Whose locks hold the agent's new version now" }),
    problem: BulkProblem.optional(),
  })
  .meta({ id: "AppliedUpgrade" });
export type AppliedItem = z.infer<typeof AppliedItem>;

/** Why a request ended early, with everything before kept. */
export const StoppedEarly = z.enum(["limit", "time", "dependency_unavailable", "cancelled"]).meta({
  description: "`time`: the request has worked long enough; send it again, with another Idempotency-Key, to go on",
});
export type StoppedEarly = z.infer<typeof StoppedEarly>;

/** What a request to apply a campaign did. */
export const AppliedCampaign = z
  .object({
    campaign: Campaign,
    results: z.array(AppliedItem).meta({ description: "In the order of the campaign" }),
    remaining: count.meta({ description: "How many templates the same request would still upgrade" }),
    stopped: StoppedEarly.optional().meta({ description: "Why it ended before that; absent if nothing remains" }),
  })
  .meta({ id: "AppliedCampaign" });
export type AppliedCampaign = z.infer<typeof AppliedCampaign>;
