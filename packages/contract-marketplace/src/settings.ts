import { Settings } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";

const settings = { settings: { semverPolicy: "warn" } };

export const getMarketplaceSettings = defineOperation({
  id: "getMarketplaceSettings",
  method: "GET",
  path: "/api/marketplace/settings",
  tag: "Settings",
  summary: "Get your tenant's settings for templates",
  description:
    "How things are done with your tenant's templates. What was never set has its default: `semverPolicy` is `enforce`. Agents have settings of their own.",
  access: { scope: "templates:read" },
  success: { 200: z.object({ settings: Settings }) },
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
    "Replaces the settings. They hold for every publish from then on; what is published stays. Audited, and in the feed.",
  access: { scope: "templates:admin" },
  body: Settings,
  idempotent: true,
  success: { 200: z.object({ settings: Settings }) },
  example: { arguments: { body: settings.settings }, answer: settings },
  errors: [],
});
