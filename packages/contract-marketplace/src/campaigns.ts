import { dryRunQuery, page, pageQuery, ResourceId, SemVer, TenantId } from "@nofx/contract-kit";
import { z } from "zod";
import {
  AppliedCampaign,
  Campaign,
  CampaignItem,
  CampaignStatus,
  campaignLimits,
  OutdatedTemplate,
  StoppedEarly,
  UpgradeState,
  UpgradeVerdict,
} from "./campaign.ts";
import * as examples from "./campaign-examples.ts";
import { defineOperation } from "./errors.ts";
import { NpmRange } from "./template-environment.ts";

const tag = "Campaigns";
const read = { scope: "templates:read" } as const;
const write = { scope: "templates:publish" } as const;
const params = z.object({
  campaignId: z.uuid().meta({ description: "Which campaign, as createUpgradeCampaign told" }),
});
const templates = z
  .array(ResourceId)
  .min(1)
  .max(campaignLimits.templatesMax)
  .optional()
  .meta({ description: "Only these; default: all" });
const agentTenant = TenantId.optional().meta({ description: "Whose agent; default: your own tenant's" });
const unplanned = z.int().min(0).meta({ description: "How many templates are still to be planned: replan goes on" });

export const listOutdatedTemplates = defineOperation({
  id: "listOutdatedTemplates",
  method: "GET",
  path: "/api/templates/outdated",
  tag,
  summary: "List your templates whose locks hold outdated agents",
  description:
    "Your tenant's templates of which a lock that is kept with the current version holds an agent that has a later release, is deprecated, or is not there for you any more. Templates are looked through page by page: a page may hold fewer than `limit`, or none, and yet have a next one. Disabled templates are not listed.",
  access: read,
  query: z.object({
    agent: ResourceId.optional().meta({ description: "Only this agent" }),
    tenant: agentTenant,
    reason: z
      .enum(["outdated", "deprecated", "gone"])
      .optional()
      .meta({ description: "Only entries with this reason" }),
    ...pageQuery,
  }),
  success: { 200: page("templates", OutdatedTemplate) },
  example: examples.listOutdatedTemplates,
  errors: ["dependency_unavailable"],
});

export const createUpgradeCampaign = defineOperation({
  id: "createUpgradeCampaign",
  method: "POST",
  path: "/api/campaigns",
  tag,
  summary: "Plan the upgrade of an agent in all templates that lock it",
  description:
    "Finds your tenant's templates of which a lock of the current version holds the agent in another version, and plans each: where the declared ranges admit the new version, its locks move; where they do not, they are moved in a new version of the template, whose number is the least that says honestly what changes. What else the locks hold stays, unless the new version needs it otherwise. Tests are run with the new version, and publishing is tried as a dry run. Nothing is upgraded yet: applyUpgradeCampaign does that. If planning takes longer than 20 seconds, the rest is `pending`, and replanUpgradeCampaign goes on. Templates that are disabled are left out.",
  access: write,
  query: z.object(dryRunQuery),
  body: z.object({
    agent: z.object({ agentId: ResourceId, tenant: agentTenant }),
    from: NpmRange.optional().meta({ description: "Versions to upgrade from; default: any other than `to`" }),
    to: SemVer.optional().meta({ description: "Default: the latest release. A lower one takes an upgrade back" }),
    templates,
  }),
  idempotent: true,
  success: {
    200: z.object({
      dryRun: z.boolean().meta({ description: "true: planned, and nothing written" }),
      campaign: Campaign,
      items: z.array(CampaignItem).meta({ description: "The first 100" }),
      leftOut: z.array(ResourceId).meta({ description: "Named templates of which no lock holds such a version" }),
    }),
    201: z.object({
      dryRun: z.boolean(),
      campaign: Campaign,
      items: z.array(CampaignItem),
      leftOut: z.array(ResourceId),
    }),
  },
  example: examples.createUpgradeCampaign,
  errors: ["template_not_found", "upgrade_target_unknown", "campaign_too_large", "dependency_unavailable"],
});

export const listUpgradeCampaigns = defineOperation({
  id: "listUpgradeCampaigns",
  method: "GET",
  path: "/api/campaigns",
  tag,
  summary: "List your tenant's upgrade campaigns",
  description: "The latest first.",
  access: read,
  query: z.object({
    status: CampaignStatus.optional(),
    agent: ResourceId.optional().meta({ description: "Only campaigns of this agent" }),
    tenant: agentTenant,
    ...pageQuery,
  }),
  success: { 200: page("campaigns", Campaign) },
  example: examples.listUpgradeCampaigns,
  errors: [],
});

export const getUpgradeCampaign = defineOperation({
  id: "getUpgradeCampaign",
  method: "GET",
  path: "/api/campaigns/{campaignId}",
  tag,
  summary: "Get an upgrade campaign",
  description: "What it upgrades, and how many of its templates are in which state.",
  access: read,
  params,
  success: { 200: z.object({ campaign: Campaign }) },
  example: examples.getUpgradeCampaign,
  errors: ["campaign_not_found"],
});

export const listUpgradeCampaignItems = defineOperation({
  id: "listUpgradeCampaignItems",
  method: "GET",
  path: "/api/campaigns/{campaignId}/items",
  tag,
  summary: "List the templates of an upgrade campaign",
  description: "What is planned for each, and what has become of it, in the order in which they are applied.",
  access: read,
  params,
  query: z.object({ state: UpgradeState.optional(), verdict: UpgradeVerdict.optional(), ...pageQuery }),
  success: { 200: page("items", CampaignItem) },
  example: examples.listUpgradeCampaignItems,
  errors: ["campaign_not_found"],
});

const Include = UpgradeVerdict.extract(["compatible", "breaking", "tests_failed"]);

export const applyUpgradeCampaign = defineOperation({
  id: "applyUpgradeCampaign",
  method: "POST",
  path: "/api/campaigns/{campaignId}/apply",
  tag,
  summary: "Upgrade the templates of a campaign",
  description:
    "Carries planned upgrades out, each by itself and exactly as planned, until none is left, the limit is reached, or 20 seconds are over; then `remaining` tells how many are left, and the same request, with another Idempotency-Key, goes on. One that is refused is `failed` and told with its problem; one whose template, lock or dependencies have moved on since it was planned is `stale`, and nothing of it is changed. However often a request is cut off, repeated or sent twice at once, each template is upgraded once. Upgrades with failing tests are made only with `force`, which takes the scope templates:admin.",
  access: write,
  params,
  body: z
    .object({
      include: z.array(Include).min(1).default(["compatible"]).meta({ description: "Upgrades with these verdicts" }),
      force: z.boolean().default(false).meta({ description: "Needed for upgrades with failing tests" }),
      templates,
      limit: z.int().min(1).max(campaignLimits.templatesMax).optional().meta({ description: "At most so many" }),
    })
    .refine(({ include, force }) => force || !include.includes("tests_failed"), {
      message: "Upgrades with failing tests are made only with `force: true`",
      path: ["force"],
    }),
  idempotent: true,
  success: { 200: AppliedCampaign },
  example: examples.applyUpgradeCampaign,
  errors: ["campaign_not_found", "campaign_closed", "dependency_unavailable"],
});

export const replanUpgradeCampaign = defineOperation({
  id: "replanUpgradeCampaign",
  method: "POST",
  path: "/api/campaigns/{campaignId}/replan",
  tag,
  summary: "Plan templates of a campaign anew",
  description:
    "Plans those that are not planned yet, failed, or have moved on, as they stand now; with `planned`, those that wait, too. What needs no upgrade any more is `skipped`. What is not reached within 20 seconds stays as it is.",
  access: write,
  params,
  body: z.object({
    states: z
      .array(UpgradeState.extract(["pending", "planned", "failed", "stale"]))
      .min(1)
      .default(["pending", "failed", "stale"]),
    templates,
  }),
  idempotent: true,
  success: {
    200: z.object({
      campaign: Campaign,
      replanned: z.int().min(0),
      remaining: unplanned,
      stopped: StoppedEarly.optional(),
    }),
  },
  example: examples.replanUpgradeCampaign,
  errors: ["campaign_not_found", "campaign_closed", "dependency_unavailable"],
});

export const cancelUpgradeCampaign = defineOperation({
  id: "cancelUpgradeCampaign",
  method: "POST",
  path: "/api/campaigns/{campaignId}/cancel",
  tag,
  summary: "Cancel an upgrade campaign",
  description:
    "No further upgrade of it is begun; one that is being made is finished. What was upgraded stays. A cancelled campaign stays as it is.",
  access: write,
  params,
  body: z.object({ reason: z.string().trim().min(1).max(500).meta({ description: "Why; kept in the audit log" }) }),
  idempotent: true,
  success: { 200: z.object({ outcome: z.enum(["changed", "unchanged"]), campaign: Campaign }) },
  example: examples.cancelUpgradeCampaign,
  errors: ["campaign_not_found", "campaign_closed"],
});
