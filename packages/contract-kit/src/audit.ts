import { z } from "zod";
import { Digest, Timestamp } from "./ids.ts";
import { rawContent } from "./operation.ts";
import { pageQuery } from "./page.ts";

const Position = z.int().min(0);

/** An audit entry's place in its tenant's chain. The hash vouches for the entry, its place and everything before it. */
export const AuditSeal = z
  .object({
    position: Position.meta({ description: "1, 2, 3 … without gaps within a tenant" }),
    hash: Digest.meta({
      description:
        "SHA-256 over the canonical form (RFC 8785) of tenant, position, previousHash and the entry without its seal",
    }),
    previousHash: Digest.meta({ description: "`hash` of the position before; for the first, 64 zeros" }),
  })
  .meta({ id: "AuditSeal" });
export type AuditSeal = z.infer<typeof AuditSeal>;

/** One thing that somebody did. Entries are never changed or removed. */
export const AuditEntry = z
  .object({
    id: z.string().meta({ description: "Increases with time within a tenant, but for entries of the same moment" }),
    at: Timestamp,
    actor: z.string().meta({ description: "Subject of the token" }),
    action: z.string().meta({ examples: ["agent.version_published"] }),
    resourceType: z.string(),
    resourceId: z.string(),
    version: z.string().optional(),
    reason: z.string().optional(),
    details: z.record(z.string(), z.unknown()),
    correlationId: z.string(),
    changeId: z.uuid().optional().meta({ description: "The change in the feed that belongs to it" }),
    seal: AuditSeal.optional().meta({ description: "Absent for a moment after the entry was written" }),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** A place in a chain and its hash. Kept elsewhere, it proves later that nothing before it was changed or cut off. */
export const AuditHead = z
  .object({ position: Position.meta({ description: "0: nothing was sealed yet" }), hash: Digest })
  .meta({ id: "AuditHead" });
export type AuditHead = z.infer<typeof AuditHead>;

/** The first thing that is wrong with an audit log. */
export const AuditBreak = z
  .object({
    position: Position.optional().meta({ description: "Absent for `not_sealed`: the entry has no place" }),
    auditId: z.string().optional().meta({ description: "Absent where nothing is left that names the entry" }),
    reason: z
      .enum([
        "altered",
        "rewritten",
        "entry_missing",
        "missing",
        "inserted",
        "out_of_order",
        "not_sealed",
        "checkpoint_mismatch",
      ])
      .meta({
        description:
          "`altered`: the entry, its place or its hash is not what was sealed; `rewritten`: altered and hashed anew, but the next entry vouches for the old hash; `entry_missing`: sealed, and gone; `missing`: its place is gone; `inserted`: put between two entries that follow each other; `out_of_order`: it comes too late; `not_sealed`: in the log, beside the chain; `checkpoint_mismatch`: the chain is not the one that the given head was taken of, or shorter",
      }),
    expected: z.string().optional().meta({ description: "What was sealed: a hash, or a position" }),
    found: z.string().optional().meta({ description: "What is there now" }),
  })
  .meta({ id: "AuditBreak" });

/** Whether an audit log, or a part of it, is what it was. */
export const AuditVerification = z
  .object({
    valid: z.boolean(),
    verified: z.int().min(0).meta({ description: "Entries that hold, up to the first that does not" }),
    head: AuditHead.meta({
      description: "The last entry that holds: keep it, and pass it as `position` and `hash` later",
    }),
    pending: z.int().min(0).meta({ description: "Entries that are not sealed yet" }),
    firstBroken: AuditBreak.optional(),
    next: z.int().min(1).optional().meta({ description: "Pass back as `from`; absent when the end was reached" }),
  })
  .meta({ id: "AuditVerification" });
export type AuditVerification = z.infer<typeof AuditVerification>;

const text = z.string().min(1).max(300);

/** Query of a tenant's audit log. */
export const auditQuery = z
  .object({
    ...pageQuery,
    resourceType: text.optional().meta({ description: "What it was done to", examples: ["agent"] }),
    resourceId: text.optional().meta({ description: "Only together with `resourceType`" }),
    action: text.optional().meta({ description: "What was done", examples: ["agent.version_published"] }),
    actor: text.optional().meta({ description: "Subject of a token" }),
    since: Timestamp.optional().meta({ description: "At this time or later" }),
    until: Timestamp.optional().meta({ description: "Before this time" }),
  })
  .refine(({ resourceType, resourceId }) => resourceId === undefined || resourceType !== undefined, {
    path: ["resourceType"],
    message: "Name the resourceType that the resourceId belongs to",
  });

/** Query of a verification. */
export const auditVerificationQuery = z
  .object({
    position: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().meta({
      description: "Position of a head that you kept; with `hash`",
    }),
    hash: Digest.optional().meta({ description: "Hash of a head that you kept; with `position`" }),
    from: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).default(1).meta({
      description: "Position to begin at; what is before it is believed",
    }),
    limit: z.coerce.number().int().min(1).max(100_000).default(50_000).meta({
      description: "Entries to verify at the most",
    }),
  })
  .refine(({ position, hash }) => (position === undefined) === (hash === undefined), {
    path: ["position"],
    message: "Give position and hash of the head together, or neither",
  });

/** What an export of an audit log answers. */
export const auditExport = rawContent(
  "application/x-ndjson",
  "One sealed entry a line, in the order of the chain: `{tenant, position, auditId, previousHash, hash, entry}`",
);
