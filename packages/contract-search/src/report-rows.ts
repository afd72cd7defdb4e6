import { ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { DocumentType } from "./hit.ts";
import { RelationKind } from "./relations.ts";

const count = z.int().min(0);
const runs30d = count.meta({ description: "Runs of the last 30 days" });
const share = z.number().min(0).max(1);
const resource = { type: DocumentType, tenant: TenantId, id: ResourceId };
const template = { tenant: TenantId, id: ResourceId, name: z.string(), currentVersion: SemVer };
const success = z.number().min(0).max(1).meta({
  description: "Lower bound of the success rate of the last 30 days (Wilson, 95 %)",
});
const meanMs = z.number().min(0).meta({ description: "How long runs that succeeded took on average" });

/** What a report shows, a row at a time, and what may be asked of it. */
export interface ReportDefinition<Row extends z.ZodObject = z.ZodObject> {
  readonly title: string;
  readonly description: string;
  readonly row: Row;
  /** What it takes beside scope, limit and cursor. */
  readonly parameters: readonly ("from" | "to" | "bucket" | "minRuns")[];
  /** It tells what people search for: only for the operator and services. */
  readonly restricted?: true;
}

const define = <Row extends z.ZodObject>(definition: ReportDefinition<Row>): ReportDefinition<Row> => definition;

/** Every report, by its name. */
export const reports = {
  "catalogue-growth": define({
    title: "Growth of the catalogue",
    description: "Agents and templates that are new in a day, week or month, versions published, and all there are.",
    parameters: ["from", "to", "bucket"],
    row: z.object({
      from: z.iso.date().meta({ description: "First day of the day, week or month, in UTC" }),
      type: DocumentType,
      created: count.meta({ description: "Resources that are new" }),
      versions: count.meta({ description: "Versions that were published, of the 100 highest of each resource" }),
      total: count.meta({ description: "All resources at its end" }),
    }),
  }),
  "adoption-by-version": define({
    title: "Adoption by version",
    description: "How many resources have locked each version, the most locked first.",
    parameters: [],
    row: z.object({
      ...resource,
      version: SemVer,
      current: z.boolean().meta({ description: "It is the current version" }),
      dependents: count.meta({ description: "Resources with a lock that holds it" }),
      share: share.meta({ description: "Of all resources with a lock on any version of it" }),
    }),
  }),
  "dead-dependencies": define({
    title: "Dead dependencies",
    description: "What refers to resources or versions that are not there, or that are disabled.",
    parameters: [],
    row: z.object({
      ...resource,
      version: SemVer.optional().meta({ description: "The version that refers to it" }),
      relation: RelationKind,
      targetType: DocumentType,
      targetTenant: TenantId,
      targetId: ResourceId,
      range: z.string().optional(),
      locked: SemVer.optional(),
      environment: z.string().optional(),
      reason: z.enum(["missing", "disabled", "version_missing"]).meta({
        description:
          "`missing`: no such resource, or none for the tenant that refers to it; `version_missing`: the locked version is archived or not there",
      }),
    }),
  }),
  "untested-templates": define({
    title: "Templates without tests",
    description: "Templates whose current version was never tested, the most used first.",
    parameters: [],
    row: z.object({ ...template, runs30d, updatedAt: Timestamp }),
  }),
  "unrated-templates": define({
    title: "Templates without ratings",
    description: "Templates that nobody has rated, the most used first.",
    parameters: [],
    row: z.object({ ...template, runs30d, updatedAt: Timestamp }),
  }),
  "slowest-templates": define({
    title: "Slowest templates",
    description: "Templates by how long their runs take, the slowest first.",
    parameters: ["minRuns"],
    row: z.object({ ...template, meanMs, runs30d, success: success.optional() }),
  }),
  "least-reliable-templates": define({
    title: "Least reliable templates",
    description: "Templates by how often their runs succeed, the least reliable first.",
    parameters: ["minRuns"],
    row: z.object({ ...template, success, runs30d, succeeded30d: count, meanMs: meanMs.optional() }),
  }),
  publishers: define({
    title: "Publishers",
    description: "Who published how many versions of how many resources, of the 100 highest versions of each.",
    parameters: ["from", "to"],
    row: z.object({
      tenant: TenantId,
      publisher: z.string(),
      agents: count,
      templates: count,
      versions: count,
      lastPublishedAt: Timestamp,
    }),
  }),
  "zero-result-queries": define({
    title: "Queries without results",
    description: "What people searched for and did not find, the most frequent first.",
    parameters: ["from", "to"],
    restricted: true,
    row: z.object({ query: z.string(), searches: count, lastAt: Timestamp }),
  }),
  "click-positions": define({
    title: "Positions of chosen hits",
    description: "How far down the hits are that people choose.",
    parameters: ["from", "to"],
    restricted: true,
    row: z.object({
      position: z.int().min(1).meta({ description: "Place among the hits, from 1" }),
      clicks: count,
      share: share.meta({ description: "Of all clicks" }),
    }),
  }),
} as const;

/** Names a report. */
export type ReportName = keyof typeof reports;

/** A row of a report. */
export type ReportRow<Name extends ReportName = ReportName> = z.infer<(typeof reports)[Name]["row"]>;

/** All names, as listReports has them. */
export const reportNames = Object.keys(reports) as [ReportName, ...ReportName[]];
