import { Settings } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";

/** What becomes of a publish whose dependencies cannot be resolved, or whose tests fail. */
export const PublishChecks = z.enum(["enforce", "warn", "off"]).meta({
  id: "PublishChecks",
  description:
    "Of dependencies and tests: `enforce` refuses the publish, `warn` publishes and tells, `off` does not look",
});
export type PublishChecks = z.infer<typeof PublishChecks>;

/** How a tenant wants things done with its templates, as far as it has said so. */
export const MarketplaceSettingsOrder = Settings.extend({
  publishChecks: PublishChecks.optional().meta({ description: "Default: as the operator has it" }),
}).meta({ id: "MarketplaceSettingsOrder" });
export type MarketplaceSettingsOrder = z.infer<typeof MarketplaceSettingsOrder>;

/** How things are done with a tenant's templates. */
export const MarketplaceSettings = Settings.extend({ publishChecks: PublishChecks }).meta({
  id: "MarketplaceSettings",
});
export type MarketplaceSettings = z.infer<typeof MarketplaceSettings>;

const settings = { settings: { semverPolicy: "warn", publishChecks: "enforce" } };

export const getMarketplaceSettings = defineOperation({
  id: "getMarketplaceSettings",
  method: "GET",
  path: "/api/marketplace/settings",
  tag: "Settings",
  summary: "Get your tenant's settings for templates",
  description:
    "How things are done with your tenant's templates. What was never set has its default: `semverPolicy` is `enforce`, and `publishChecks` is what the operator has chosen, `enforce` unless said otherwise. Agents have settings of their own.",
  access: { scope: "templates:read" },
  success: { 200: z.object({ settings: MarketplaceSettings }) },
  example: { answer: settings },
  errors: [],
});

export const updateMarketplaceSettings = defineOperation({
  id: "updateMarketplaceSettings",
  method: "PUT",
  path: "/api/marketplace/settings",
  tag: "Settings",
  summary: "Change your tenant's settings for templates",
  description:
    "Replaces the settings: without `publishChecks`, the operator's default holds again. They hold for every publish from then on; what is published stays. Audited, and in the feed.",
  access: { scope: "templates:admin" },
  body: MarketplaceSettingsOrder,
  idempotent: true,
  success: { 200: z.object({ settings: MarketplaceSettings }) },
  example: { arguments: { body: settings.settings }, answer: settings },
  errors: [],
});
