import { page, pageQuery, ResourceId, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { DocumentType } from "./hit.ts";
import * as examples from "./indexing-examples.ts";

const tag = "Index";
const access = { kind: ["operator"] } as const;

/** A rebuild of the index. */
export const Rebuild = z
  .object({
    generation: z.int().min(1).meta({ description: "Of the index that is built; it counts up" }),
    reason: z.string(),
    startedAt: Timestamp,
    documents: z.int().min(0).meta({ description: "So many are in it" }),
  })
  .meta({ id: "Rebuild" });
export type Rebuild = z.infer<typeof Rebuild>;

export const reindexSearch = defineOperation({
  id: "reindexSearch",
  method: "POST",
  path: "/api/search/reindex",
  tag,
  summary: "Rebuild the index",
  description:
    "Builds a new index beside the present one, which goes on answering, and puts it in its place when it has caught up. The present one needs none; for when its rules have changed, or it is in doubt.",
  access,
  body: z.object({ reason: z.string().trim().min(1).max(500).meta({ description: "Kept in the audit log" }) }),
  idempotent: true,
  success: { 202: z.object({ rebuild: Rebuild }) },
  example: examples.reindexSearch,
  errors: ["reindex_in_progress"],
});

/** How the index stands. */
export const IndexState = z
  .object({
    generation: z.int().min(0),
    builtAt: Timestamp.optional(),
    documents: z.int().min(0),
    terms: z.int().min(0),
    rebuild: Rebuild.optional().meta({ description: "The one that is going on" }),
    sources: z.array(
      z.object({
        source: z.enum(["registry", "marketplace"]),
        reachable: z.boolean(),
        cursor: z.string().optional(),
        seenAt: Timestamp.optional(),
        error: z.string().optional().meta({ description: "Why it cannot be followed" }),
      }),
    ),
    quarantined: z.int().min(0),
  })
  .meta({ id: "IndexState" });
export type IndexState = z.infer<typeof IndexState>;

export const getSearchIndex = defineOperation({
  id: "getSearchIndex",
  method: "GET",
  path: "/api/search/index",
  tag,
  summary: "See how the index stands",
  description: "How far it has come with either feed, how large it is, and whether another one is being built.",
  access,
  success: { 200: z.object({ index: IndexState }) },
  example: examples.getSearchIndex,
  errors: [],
});

/** A resource that could not be indexed. */
export const Quarantined = z
  .object({
    type: DocumentType,
    tenant: TenantId,
    id: ResourceId,
    error: z.string(),
    attempts: z.int().min(1),
    since: Timestamp,
    lastAt: Timestamp,
  })
  .meta({ id: "Quarantined" });
export type Quarantined = z.infer<typeof Quarantined>;

export const listQuarantined = defineOperation({
  id: "listQuarantined",
  method: "GET",
  path: "/api/search/quarantine",
  tag,
  summary: "List what could not be indexed",
  description:
    "What cannot be read or kept is put aside, so that everything behind it goes on. It is tried again with its next change, and by retryQuarantined.",
  access,
  query: z.object(pageQuery),
  success: { 200: page("quarantined", Quarantined) },
  example: examples.listQuarantined,
  errors: [],
});

export const retryQuarantined = defineOperation({
  id: "retryQuarantined",
  method: "POST",
  path: "/api/search/quarantine/retry",
  tag,
  summary: "Try again what could not be indexed",
  description: "Everything that was put aside is read and indexed anew; what fails again stays.",
  access,
  idempotent: true,
  success: { 200: z.object({ indexed: z.int().min(0), failed: z.int().min(0) }) },
  example: examples.retryQuarantined,
  errors: [],
});
