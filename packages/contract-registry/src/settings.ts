import { Settings } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";

const settings = { settings: { semverPolicy: "warn" } };

export const getSettings = defineOperation({
  id: "getSettings",
  method: "GET",
  path: "/api/settings",
  tag: "Settings",
  summary: "Get your tenant's settings",
  description: "How things are done in your tenant. What was never set has its default: `semverPolicy` is `enforce`.",
  access: { scope: "agents:read" },
  success: { 200: z.object({ settings: Settings }) },
  example: { answer: settings },
  errors: [],
});

export const updateSettings = defineOperation({
  id: "updateSettings",
  method: "PUT",
  path: "/api/settings",
  tag: "Settings",
  summary: "Change your tenant's settings",
  description:
    "Replaces the settings. They hold for every publish from then on; what is published stays. Audited, and in the feed.",
  access: { scope: "agents:admin" },
  body: Settings,
  idempotent: true,
  success: { 200: z.object({ settings: Settings }) },
  example: { arguments: { body: settings.settings }, answer: settings },
  errors: ["tenant_not_found"],
});
