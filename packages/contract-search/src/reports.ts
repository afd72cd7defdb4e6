import { pageQuery, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import * as examples from "./report-examples.ts";
import { type ReportName, reportNames, reports } from "./report-rows.ts";

const tag = "Reports";
const access = { scope: "agents:read", operator: true } as const;

/** How much reports hold at the most. */
export const reportLimits = { csvRows: 10_000, dailyDaysMax: 400, daysMax: 4_000, daysDefault: 90 } as const;

/** A column of a report. */
export const ReportColumn = z
  .object({
    name: z.string(),
    type: z.enum(["text", "integer", "number", "boolean", "date", "timestamp"]),
    optional: z.boolean().meta({ description: "Rows may be without it" }),
    description: z.string().optional(),
  })
  .meta({ id: "ReportColumn" });
export type ReportColumn = z.infer<typeof ReportColumn>;

/** What there is to be reported. */
export const ReportSummary = z
  .object({
    name: z.enum(reportNames),
    title: z.string(),
    description: z.string(),
    parameters: z
      .array(z.enum(["from", "to", "bucket", "minRuns"]))
      .meta({ description: "What it takes beside `scope`, `limit`, `cursor` and `format`" }),
    columns: z.array(ReportColumn),
    restricted: z.boolean().meta({ description: "Only for the operator and services" }),
    url: z.string().meta({ description: "Relative to this one's origin" }),
  })
  .meta({ id: "ReportSummary" });
export type ReportSummary = z.infer<typeof ReportSummary>;

export const listReports = defineOperation({
  id: "listReports",
  method: "GET",
  path: "/api/reports",
  tag,
  summary: "List the reports",
  description: "Every report with its columns and with what it takes.",
  access,
  success: { 200: z.object({ reports: z.array(ReportSummary) }) },
  example: examples.listReports,
  errors: [],
});

const head = {
  title: z.string(),
  at: Timestamp.meta({ description: "When it was made" }),
  from: Timestamp.optional().meta({ description: "With a period: its beginning" }),
  to: Timestamp.optional().meta({ description: "With a period: its end, which is not in it" }),
};
const rest = { nextCursor: pageQuery.cursor.meta({ description: "Absent on the last page" }) };

const reportOf = <Name extends ReportName>(name: Name) =>
  z.object({
    name: z.literal(name),
    ...head,
    rows: z.array(reports[name].row as (typeof reports)[Name]["row"]),
    ...rest,
  });

/** A page of a report. */
export const Report = z
  .discriminatedUnion("name", [
    reportOf("catalogue-growth"),
    reportOf("adoption-by-version"),
    reportOf("dead-dependencies"),
    reportOf("untested-templates"),
    reportOf("unrated-templates"),
    reportOf("slowest-templates"),
    reportOf("least-reliable-templates"),
    reportOf("publishers"),
    reportOf("zero-result-queries"),
    reportOf("click-positions"),
  ])
  .meta({ id: "Report" });
export type Report = z.infer<typeof Report>;

const moment = z.union([z.iso.date(), Timestamp]).optional();

export const getReport = defineOperation({
  id: "getReport",
  method: "GET",
  path: "/api/reports/{name}",
  tag,
  summary: "Get a report",
  description:
    "Figures of your tenant's resources and of public ones, or of your own alone; a service sees those of all tenants. A page of it as JSON, or all of it as CSV. What people search for is told to the operator and to services only.",
  access,
  params: z.object({ name: z.string().max(100).meta({ description: "One that listReports lists" }) }),
  query: z.object({
    ...pageQuery,
    scope: z.enum(["visible", "own"]).default("visible").meta({
      description: "`visible`: all that you may read; `own`: your tenant's",
    }),
    from: moment.meta({ description: "A day or a time; default: 90 days before `to`" }),
    to: moment.meta({ description: "A day or a time, which is not in the period; default: now" }),
    bucket: z.enum(["day", "week", "month"]).optional().meta({
      description: "What one row counts; default: `day` up to 92 days, else `month`. `day` up to 400 days",
    }),
    minRuns: z.coerce.number().int().min(1).max(1_000_000).optional().meta({
      description: "Leave out templates with fewer runs in the last 30 days; default: 5",
    }),
    format: z.enum(["json", "csv"]).optional().meta({ description: "Instead of `Accept`" }),
  }),
  success: { 200: Report },
  alternatives: { "text/csv": "All rows, up to 10,000, whatever `limit` and `cursor` say (RFC 4180)" },
  example: examples.getReport,
  errors: ["report_not_found"],
});
