import { dryRunQuery, ProblemItem, ResourceId, SemVer, Tag, TenantId, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { statusReason as reason } from "./template.ts";
import { templateLimits } from "./template-manifest.ts";

/** Limits of bulk requests. */
export const bulkLimits = {
  operationsMax: 1_000,
  bodyBytesMax: 16 * 1024 * 1024,
  /** Of one operation's problem; the operation alone tells them all. */
  errorsMax: 20,
} as const;

const tags = z.array(Tag).max(templateLimits.tagsMax);
const version = SemVer.optional().meta({ description: "The status of this version; default: of the template" });

/** Holds an order to change tags against the rule that none is both added and removed. */
export const addsWhatStays = ({
  add = [],
  remove = [],
}: {
  add?: string[] | undefined;
  remove?: string[] | undefined;
}) => !add.some((tag) => remove.includes(tag));

/** What is said of an order that breaks that rule. */
export const tagTwice = { message: "A tag is added or removed, not both", path: ["remove"] };

const Successor = z.object({
  templateId: ResourceId,
  tenant: TenantId.optional().meta({ description: "Default: your tenant" }),
});

/** Holds an order to deprecate against the rule that a version is followed by a version, a template by a template. */
export const followsItsLike = ({
  version,
  successor,
}: {
  version?: string | undefined;
  successor?: unknown;
}): boolean => successor === undefined || (version === undefined) === (typeof successor !== "string");

/** What is said of an order that breaks that rule. */
export const successorOfItsKind = {
  message: "Name a version as successor of a version, and a template as successor of a template",
  path: ["successor"],
};

/** What the operations on one template say beside the template, by their names. */
export const bulkFields = {
  tag: { op: z.literal("tag"), add: tags.optional(), remove: tags.optional() },
  move: { op: z.literal("move"), category: ResourceId.nullable().meta({ description: "`null`: none" }) },
  deprecate: {
    op: z.literal("deprecate"),
    version,
    reason,
    successor: z.union([SemVer, Successor]).optional().meta({ description: "A version or a template to use instead" }),
  },
  archive: { op: z.literal("archive"), version, reason },
  delete: { op: z.literal("delete"), reason },
  restore: { op: z.literal("restore"), version, reason },
} as const;

/** How a bulk request is to be carried out. */
export const bulkQuery = z.object(dryRunQuery);

/** The body of a bulk request of such operations. */
export const bulkBody = <Item extends z.ZodType>(item: Item) =>
  z.object({
    operations: z.array(item).min(1).max(bulkLimits.operationsMax),
    atomic: z.boolean().default(false).meta({ description: "Apply all of them or none" }),
  });

/** What a publish says beside its body. */
export const bulkPublish = {
  op: z.literal("publish"),
  manifest: z.record(z.string(), z.unknown()).meta({ description: "As publishTemplate takes it, and judged as there" }),
  draft: z.boolean().optional(),
  force: z.boolean().optional().meta({ description: "As in publishTemplate; takes the scope templates:admin" }),
  visibility: Visibility.optional().meta({ description: "Default: as it is, `private` for a new template" }),
};

/** Why an operation was not applied: the problem that the single operation would answer, with its first errors. */
export const BulkProblem = z
  .object({
    code: z.string(),
    title: z.string(),
    detail: z.string().optional(),
    errors: z.array(ProblemItem).optional(),
  })
  .meta({ id: "BulkProblem" });

/** What became of one operation. */
export const BulkItem = z
  .object({
    index: z.int().meta({ description: "Its place in the request, from 0" }),
    op: z.string(),
    templateId: z.string().optional().meta({ description: "Absent where the operation names none that can be read" }),
    status: z.int().meta({ description: "HTTP status that the single operation would have; 424 if skipped" }),
    outcome: z.enum(["created", "identical", "changed", "unchanged", "failed", "skipped"]).meta({
      description:
        "`created`: a new version; `identical`: published before; `unchanged`: it was so already; `skipped`: it would do, but others failed and all were to be applied or none",
    }),
    version: SemVer.optional().meta({ description: "That it published, or whose status it set" }),
    problem: BulkProblem.optional(),
    warnings: z
      .array(ProblemItem)
      .optional()
      .meta({ description: "The first that publishing gave; absent if there are none" }),
  })
  .meta({ id: "BulkItem" });
export type BulkItem = z.infer<typeof BulkItem>;

/** What a bulk request did, in the order of the request. */
export const BulkResult = z
  .object({
    dryRun: z.boolean(),
    atomic: z.boolean(),
    applied: z.boolean().meta({
      description:
        "Whether what succeeded was written: not after a dry run, nor if one failed and all or none was asked",
    }),
    summary: z.object({ succeeded: z.int(), failed: z.int(), skipped: z.int() }),
    results: z.array(BulkItem),
  })
  .meta({ id: "BulkResult" });
export type BulkResult = z.infer<typeof BulkResult>;

/** What is said of an operation that would do, in a request of which others failed. */
export const bulkNotApplied = {
  status: 424,
  code: "bulk_not_applied",
  title: "Not applied, since another operation failed",
  detail: "All operations were to be applied or none. Mend those that failed, and send the request again.",
} as const;
