import {
  Digest,
  ProblemItem,
  parseResourceName,
  ResourceId,
  SemVer,
  TenantId,
  Timestamp,
  VersionStatus,
  Visibility,
} from "@nofx/contract-kit";
import { z } from "zod";
import { BuilderTemplate } from "./builder-template.ts";
import { LockedVersion } from "./lock.ts";
import { TemplateStatus } from "./template.ts";
import { EnvironmentName } from "./template-environment.ts";

/** Limits of bundles of templates. */
export const bundleBodyLimits = {
  /** Bytes of the body of an import, packed or not. */
  bodyBytesMax: 32 * 1024 * 1024,
  templatesMax: 2_000,
  /** Bytes of the files of all versions, each counted as often as a version has it. */
  versionFilesBytesMax: 1024 * 1024 * 1024,
  /** Bytes of one lock. */
  lockBytesMax: 2 * 1024 * 1024,
  /** Bytes of all locks together. */
  locksBytesMax: 32 * 1024 * 1024,
} as const;

const standing = {
  statusReason: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: "Why it is deprecated, disabled or archived" }),
  // The database knows no year 0.
  deprecatedAt: Timestamp.regex(/^(?!0000)/)
    .optional()
    .meta({ description: "Since when it is deprecated: a fact of the deprecation" }),
};

/** An active one needs no reason, and only what is deprecated has a date and a successor. */
const standsRightly = (one: {
  readonly status: string;
  readonly statusReason?: string | undefined;
  readonly deprecatedAt?: string | undefined;
  readonly successor?: unknown;
}): boolean =>
  (one.statusReason === undefined || (one.status !== "active" && one.status !== "draft")) &&
  (one.deprecatedAt === undefined || one.status === "deprecated") &&
  (one.successor === undefined || one.deprecatedAt !== undefined);
const standingWrong = { error: "The status does not go with statusReason, deprecatedAt or successor" };

/** What a bundle says of a version, beside its document: facts about it, which may change after it was published. */
export const BundledVersion = z
  .strictObject({
    version: SemVer,
    status: VersionStatus,
    ...standing,
    successor: SemVer.optional().meta({ description: "The version to use instead" }),
    sourceCommit: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/)
      .optional(),
  })
  .refine(standsRightly, standingWrong)
  .meta({ id: "BundledVersion" });
export type BundledVersion = z.infer<typeof BundledVersion>;

/**
 * What a bundle says of a template. No ids of rows, names of people or times but those of deprecations and of the builder's
 * history: they belong to an instance.
 */
export const BundledTemplate = z
  .strictObject({
    templateId: ResourceId,
    currentVersion: SemVer,
    status: TemplateStatus,
    ...standing,
    successor: z
      .strictObject({
        templateId: ResourceId,
        tenant: TenantId.optional().meta({ description: "Default: the tenant that the bundle comes from, or goes to" }),
      })
      .optional()
      .meta({ description: "What to use instead" }),
    visibility: Visibility,
    versions: z.array(BundledVersion).min(1).meta({ description: "All of them, lowest semver precedence first" }),
    builder: z
      .strictObject({
        deployments: BuilderTemplate.shape.deployments,
        source: Digest.optional().meta({ description: "Of what it was imported from, by importBuilderStore" }),
      })
      .optional()
      .meta({ description: "Of prompts: what the builder knows of them beside versions" }),
  })
  .refine(standsRightly, standingWrong)
  .meta({ id: "BundledTemplate" });
export type BundledTemplate = z.infer<typeof BundledTemplate>;

/** `content` of the index of a bundle of templates. */
export const TemplateBundleContent = z
  .strictObject({
    kind: z.literal("templates"),
    templates: z.array(BundledTemplate).meta({ description: "Ordered by id" }),
  })
  .meta({ id: "TemplateBundleContent" });
export type TemplateBundleContent = z.infer<typeof TemplateBundleContent>;

/** `history.json` of a prompt: what the builder shows of its past, oldest first. Its times are part of what it tells. */
export const BundledHistory = z
  .array(
    z.strictObject({
      number: z.int().min(1).max(2_000_000_000),
      version: SemVer.optional(),
      description: z.string(),
      instructions: z.string(),
      updatedAt: Timestamp,
    }),
  )
  .min(1)
  .meta({ id: "BundledHistory" });
export type BundledHistory = z.infer<typeof BundledHistory>;

const LockedNames = z.record(
  z.string().refine((name) => parseResourceName(name) !== undefined, { error: "Write an id, or tenant/id" }),
  LockedVersion,
);

/**
 * A lock as bundles have it: as `DependencyLock`, but what belongs to the bundle's own tenant is named without it, in the
 * names and in who asked. So it means the tenant that imports the bundle, as names without a tenant in documents do.
 */
export const BundledLock = z
  .object({
    lockVersion: z.literal(1),
    strategy: z.enum(["highest", "lowest"]),
    agents: LockedNames,
    templates: LockedNames,
  })
  .meta({ id: "BundledLock" });
export type BundledLock = z.infer<typeof BundledLock>;

/** A bundle as one JSON document: the same index and entries as in the archive. */
export const JsonTemplateBundle = z
  .strictObject({
    bundle: z.record(z.string(), z.unknown()).meta({ description: "`bundle.json`" }),
    entries: z
      .record(z.string(), z.strictObject({ content: z.string(), encoding: z.enum(["utf-8", "base64"]) }))
      .meta({ description: "By their paths, in the order of the index" }),
  })
  .meta({ id: "JsonTemplateBundle" });

/** What became of one lock of a bundle. */
export const ImportedLock = z
  .object({
    environment: EnvironmentName.optional().meta({ description: "The one that it is for" }),
    digest: Digest.optional().meta({ description: "Of the lock as it means your tenant; absent if it cannot" }),
    outcome: z.enum(["created", "unchanged", "conflict", "invalid"]).meta({
      description:
        "`unchanged`: it is kept already. `conflict`: another lock is kept, and stays. `invalid`: it does not fit the version; see `errors`",
    }),
    errors: z.array(ProblemItem).optional(),
  })
  .meta({ id: "ImportedLock" });
export type ImportedLock = z.infer<typeof ImportedLock>;

/** What became of one version of a bundle. */
export const ImportedVersion = z
  .object({
    templateId: ResourceId,
    version: SemVer,
    digest: Digest,
    outcome: z.enum(["created", "unchanged", "conflict", "invalid"]).meta({
      description:
        "`unchanged`: it is there with this content. `conflict`: something else is there, and stays. `invalid`: publishing would refuse it, too; see `errors`",
    }),
    errors: z.array(ProblemItem).optional(),
    warnings: z.array(ProblemItem).optional().meta({
      description: "What of the bundle was left out, although the version was created: a successor that is not there",
    }),
    locks: z.array(ImportedLock).optional().meta({
      description:
        "Of the locks that the bundle has for the version; absent if it has none, or the version is not there",
    }),
  })
  .meta({ id: "ImportedVersion" });
export type ImportedVersion = z.infer<typeof ImportedVersion>;

/** What an import did, in the order of the bundle. */
export const BundleImportResult = z
  .object({
    dryRun: z.boolean(),
    bundle: Digest.meta({ description: "Of `bundle.json`, and so of everything in the bundle" }),
    summary: z.object({ created: z.int(), unchanged: z.int(), conflict: z.int(), invalid: z.int() }),
    items: z.array(ImportedVersion),
  })
  .meta({ id: "BundleImportResult" });
export type BundleImportResult = z.infer<typeof BundleImportResult>;
