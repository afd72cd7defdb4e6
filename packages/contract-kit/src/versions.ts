import { z } from "zod";
import { SemVer, TenantId, Timestamp } from "./ids.ts";

/** Status of a published version. */
export const VersionStatus = z.enum(["draft", "active", "deprecated", "archived"]).meta({ id: "VersionStatus" });
export type VersionStatus = z.infer<typeof VersionStatus>;

/** Who may read a resource. */
export const Visibility = z
  .enum(["private", "public"])
  .meta({ id: "Visibility", description: "`public`: readable by everyone; `private`: only by its tenant" });
export type Visibility = z.infer<typeof Visibility>;

/** What the summary of a resource or version tells of its status, beyond the status itself and the successor. */
export const statusFields = {
  statusReason: z.string().optional().meta({ description: "Why it is deprecated, disabled or archived" }),
  deprecatedAt: Timestamp.optional().meta({ description: "Since when it is deprecated" }),
};

/** Something found in a document. Errors prevent publishing, warnings do not. */
export const Finding = z
  .object({
    path: z.string().meta({ description: "JSONPath of the offending value" }),
    field: z.string().meta({ description: "The same place in dotted form, as older clients read it" }),
    message: z.string(),
    code: z.string(),
    severity: z.enum(["error", "warning"]),
    fix: z.string().optional().meta({ description: "What to write instead, where that is known" }),
    line: z.int().min(1).optional().meta({ description: "Line in the file, from 1; only if a file's text was judged" }),
    column: z.int().min(1).optional().meta({ description: "Column in that line, from 1, in UTF-16 code units" }),
  })
  .meta({ id: "Finding" });
export type Finding = z.infer<typeof Finding>;

/** How far a version number moves, or must move. */
export const Bump = z.enum(["none", "patch", "minor", "major"]).meta({ id: "Bump" });
export type Bump = z.infer<typeof Bump>;

/** One difference between two documents. Members of lists with ids are addressed by id: `$.capabilities[?@.id=='x']`. */
export const Difference = z
  .object({
    path: z.string(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    severity: z
      .enum(["major", "minor", "patch"])
      .meta({ description: "`major`: callers or environments may break; `minor`: something is new; `patch`: wording" }),
    reason: z.string().meta({ description: "What that means, in one sentence for people" }),
  })
  .meta({ id: "Difference" });
export type Difference = z.infer<typeof Difference>;

/** One field of a resource that a change concerns. */
export const FieldChange = Difference.pick({ path: true, before: true, after: true }).meta({ id: "FieldChange" });
export type FieldChange = z.infer<typeof FieldChange>;

/** A version number held against what has changed since the version before it. */
export const VersionChange = z
  .object({
    previous: SemVer.meta({ description: "The version that was compared: the highest release below" }),
    required: Bump.meta({ description: "What the differences demand" }),
    declared: Bump.meta({ description: "What the version number says" }),
  })
  .meta({ id: "VersionChange" });
export type VersionChange = z.infer<typeof VersionChange>;

/** What becomes of a version number that says less than what has changed. */
export const SemverPolicy = z.enum(["enforce", "warn", "off"]).meta({
  id: "SemverPolicy",
  description:
    "What becomes of a version number that says less than what has changed. `enforce`: refused; `warn`: published with a warning; `off`: not judged",
});
export type SemverPolicy = z.infer<typeof SemverPolicy>;

/**
 * The schema of what is told with a version that is deprecated, or whose resource is. `kind` is the resource's: `agent`;
 * `id`, what names one within its tenant: `{ agentId: ResourceId }`.
 */
export const deprecationSchema = <const Kind extends string, Id extends z.core.$ZodShape>(kind: Kind, id: Id) =>
  z
    .object({
      of: z.enum([kind, "version"]).meta({ description: "What is deprecated; if both, the version" }),
      since: Timestamp,
      reason: z.string(),
      successor: z
        .object({
          tenant: TenantId,
          ...id,
          version: SemVer.optional(),
          url: z.string().meta({ description: "Address of the successor, relative to this one's origin" }),
        })
        .optional()
        .meta({ description: "What to use instead" }),
    })
    .meta({ id: "Deprecation" });

/** Preview of a change: everything is judged as it would be, and nothing is written. */
export const dryRunQuery = {
  dryRun: z.enum(["true", "false"]).default("false").meta({ description: "Answer what would happen; write nothing" }),
};

/** What a change of a status did. */
export const statusOutcome = z.enum(["changed", "unchanged"]).meta({
  description: "`unchanged`: it was so already, with the same reason and successor; nothing was written",
});

/** Holds an order to change a status against the rule that only what is deprecated has a successor. */
export const namesSuccessorRightly = ({ status, successor }: { status: string; successor?: unknown }): boolean =>
  status === "deprecated" || !successor;

/** What is said of an order that breaks that rule. */
export const successorOnlyIfDeprecated = {
  message: "Name a successor only with status `deprecated`",
  path: ["successor"],
};
