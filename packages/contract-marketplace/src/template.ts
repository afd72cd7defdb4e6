import {
  Digest,
  Finding,
  ResourceId,
  SemVer,
  statusFields,
  Tag,
  TenantId,
  Timestamp,
  VersionChange,
  VersionStatus,
  Visibility,
} from "@nofx/contract-kit";
import { z } from "zod";
import { popularityScore, TemplateUsage } from "./analytics-figures.ts";
import { lineageFields } from "./fork-origin.ts";
import { TemplateRating } from "./rating.ts";
import { TemplateKind } from "./template-manifest.ts";
import { TestBadge } from "./template-test.ts";

export const TemplateStatus = z
  .enum(["active", "deprecated", "disabled"])
  .meta({ id: "TemplateStatus", description: "`disabled`: hidden from lists, readable by its own tenant" });

/** Why a status changes. */
export const statusReason = z.string().trim().min(1).max(500).meta({
  description: "Why. Kept in the audit log, and shown as `statusReason` to everyone who may read the template",
});

/** A template as lists show it: the state of its current version. */
export const TemplateSummary = z
  .object({
    id: z.uuid().meta({ description: "Stable key" }),
    tenant: TenantId,
    templateId: ResourceId,
    kind: TemplateKind,
    name: z.string(),
    description: z.string().optional(),
    status: TemplateStatus,
    ...statusFields,
    successor: z
      .object({ tenant: TenantId, templateId: ResourceId })
      .optional()
      .meta({ description: "What to use instead" }),
    visibility: Visibility,
    currentVersion: SemVer,
    category: ResourceId.optional(),
    tags: z.array(Tag),
    license: z.string().optional().meta({ description: "`license`, else `metadata.license`" }),
    owner: z.string().optional().meta({ description: "`metadata.owner`" }),
    agents: z.array(z.string()).meta({ description: "`metadata.agents`: the agents used" }),
    ratingAverage: z
      .number()
      .optional()
      .meta({ description: "Mean of all ratings, 1–5; absent if nobody has rated it" }),
    ratingCount: z.int().min(0),
    tests: TestBadge.optional().meta({
      description: "Of the current version; absent if none were run, or if you may not read their report",
    }),
    popularityScore,
    updatedAt: Timestamp,
    publishedAt: Timestamp.meta({ description: "When the current version was published" }),
  })
  .meta({ id: "TemplateSummary" });
export type TemplateSummary = z.infer<typeof TemplateSummary>;

/** A version as lists show it. */
export const TemplateVersionSummary = z
  .object({
    id: z.uuid(),
    version: SemVer,
    status: VersionStatus,
    ...statusFields,
    successor: SemVer.optional().meta({ description: "The version to use instead" }),
    digest: Digest,
    checksum: Digest.meta({ description: "The same as `digest`, under its older name" }),
    publishedAt: Timestamp,
    publishedBy: z.string(),
    sourceCommit: z.string().optional(),
    tests: TestBadge.optional().meta({
      description: "Absent if none were run, or if you may not read their report",
    }),
  })
  .meta({ id: "TemplateVersionSummary" });
export type TemplateVersionSummary = z.infer<typeof TemplateVersionSummary>;

/** One template in full. `versions` are the 100 highest by semver precedence; listTemplateVersions has them all. */
export const TemplateDetail = TemplateSummary.extend({
  versions: z.array(TemplateVersionSummary),
  rating: TemplateRating,
  analytics: TemplateUsage,
  metadata: z.record(z.string(), z.unknown()),
  ownerId: z.string().meta({ description: "Subject that published the template first" }),
  createdAt: Timestamp,
  ...lineageFields,
}).meta({ id: "TemplateDetail" });
export type TemplateDetail = z.infer<typeof TemplateDetail>;

/** What a publish did. */
export const TemplatePublishResult = z
  .object({
    outcome: z.enum(["created", "identical"]).meta({
      description: "`created`: a new version; `identical`: this version was published before with the same content",
    }),
    dryRun: z.boolean().meta({ description: "true: judged, and nothing written" }),
    template: TemplateSummary,
    version: TemplateVersionSummary,
    warnings: z.array(Finding),
    lock: z
      .object({ digest: Digest })
      .optional()
      .meta({ description: "Of what the dependencies come to; only for a new version, if it was resolved and kept" }),
    tests: TestBadge.pick({ passed: true, failed: true })
      .optional()
      .meta({ description: "How they went; only for a new version, if they were run" }),
    change: VersionChange.optional().meta({
      description: "Only for a new version with another one below it, in a tenant that judges version numbers",
    }),
  })
  .meta({ id: "TemplatePublishResult" });
export type TemplatePublishResult = z.infer<typeof TemplatePublishResult>;

/** Which template, in whose tenant. */
export const templateParams = z.object({ templateId: ResourceId });
/** Whose template. */
export const templateTenantQuery = {
  tenant: TenantId.optional().meta({
    description: "Address another tenant's public template; default: your own tenant",
  }),
};
/** Reading is open to everybody, within what they may see. */
export const readTemplates = { scope: "templates:read", anonymous: true } as const;
