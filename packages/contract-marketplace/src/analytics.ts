import { rawContent, SemVer, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { TemplateAnalytics, UsageBucket, VersionComparison } from "./analytics-answers.ts";
import { AnalyticsDashboard } from "./analytics-dashboard.ts";
import * as examples from "./analytics-examples.ts";
import { defineOperation } from "./errors.ts";
import { templateParams, templateTenantQuery } from "./template.ts";
import { EnvironmentName } from "./template-environment.ts";

const tag = "Analytics";
const access = { scope: "templates:read" } as const;

const moment = z.union([z.iso.date(), Timestamp]).optional();
const range = {
  from: moment.meta({
    description: "A day or a time; counted from the hour or day on that it is in. Default: 30 days",
  }),
  to: moment.meta({
    description: "Up to the end of the hour or day before this time, or of that it is in. Default: now",
  }),
};
const environment = EnvironmentName.optional().meta({ description: "Count only runs in this environment" });

export const getTemplateAnalytics = defineOperation({
  id: "getTemplateAnalytics",
  method: "GET",
  path: "/api/templates/{templateId}/analytics",
  tag,
  summary: "See how a template is doing",
  description:
    "Runs by how they ended, people, success rate with its interval, durations, tokens, cost, which versions run where, what fails, and the same for the time before. A report counts within a second after its answer; `asOf` says up to when all do. The template's own tenant sees all runs, others see their own; nobody is told which tenants ran it. `bucket=hour` for up to 31 days (default: 24 hours), `bucket=day` for up to 400. As text/csv: the series by version and environment.",
  access,
  params: templateParams,
  query: z.object({
    ...templateTenantQuery,
    ...range,
    bucket: UsageBucket.default("day").meta({ description: "What one point of the series counts" }),
    version: SemVer.optional().meta({ description: "Count only runs of this version" }),
    environment,
  }),
  success: { 200: TemplateAnalytics },
  alternatives: {
    "text/csv": "The series by version and environment, hours or days without a run left out (RFC 4180)",
  },
  example: examples.getTemplateAnalytics,
  errors: ["template_not_found", "version_not_found"],
});

export const compareTemplateVersionUsage = defineOperation({
  id: "compareTemplateVersionUsage",
  method: "GET",
  path: "/api/templates/{templateId}/analytics/comparison",
  tag,
  summary: "Compare how two versions are doing",
  description:
    "The figures of both versions in the same days, and whether the success rate of `b` is better or worse than that of `a`: only if the whole 95 % interval of the difference says so.",
  access,
  params: templateParams,
  query: z.object({
    a: SemVer.meta({ description: "The version to compare with" }),
    b: SemVer.meta({ description: "The version in question" }),
    ...templateTenantQuery,
    ...range,
    environment,
  }),
  success: { 200: VersionComparison },
  example: examples.compareTemplateVersionUsage,
  errors: ["template_not_found", "version_not_found"],
});

export const getAnalyticsDashboard = defineOperation({
  id: "getAnalyticsDashboard",
  method: "GET",
  path: "/api/analytics/templates",
  tag,
  summary: "See how templates are doing",
  description:
    "Totals, the templates that were run most, those that are run more and more, categories and ratings: of your tenant's templates, or of all that you may read, then without the tokens and the cost of others' templates. Up to 400 days. As text/csv: every template that was run.",
  access,
  query: z.object({
    scope: z.enum(["own", "visible"]).default("own").meta({
      description: "`own`: your tenant's templates; `visible`: all that you may read",
    }),
    ...range,
  }),
  success: { 200: AnalyticsDashboard },
  alternatives: { "text/csv": "Every template that was run in this time, the most frequent first (RFC 4180)" },
  example: examples.getAnalyticsDashboard,
  errors: [],
});

export const streamAnalytics = defineOperation({
  id: "streamAnalytics",
  method: "GET",
  path: "/api/analytics/templates/stream",
  tag,
  summary: "Follow how templates are doing",
  description:
    "Server-sent events: whenever reports have been counted, a `usage` event with the templates that you may read and whose figures have changed, and their runs of today (`UsageNews`). Its id is the place in the stream: `Last-Event-ID` goes on behind it. Without one it begins with now.",
  access,
  success: { 200: rawContent("text/event-stream", "Events, each with `UsageNews` as JSON") },
  example: examples.streamAnalytics,
  errors: [],
});
