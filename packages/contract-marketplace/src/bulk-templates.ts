import { ResourceId, SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import {
  addsWhatStays,
  BulkResult,
  bulkBody,
  bulkFields,
  bulkLimits,
  bulkPublish,
  bulkQuery,
  followsItsLike,
  successorOfItsKind,
  tagTwice,
} from "./bulk.ts";
import * as examples from "./bulk-examples.ts";
import { defineOperation } from "./errors.ts";

const of = { templateId: ResourceId };
/** What a change cannot say: the template stays the same, `version` stands beside, and files stay. */
const fixed = ["templateId", "version", "files"] as const;

const Changes = z
  .record(z.string(), z.unknown())
  .superRefine((changes, context) => {
    for (const name of fixed.filter((each) => Object.hasOwn(changes, each))) {
      const message = "The id and the files stay, and `version` stands beside `changes`; use `publish` for others";
      context.addIssue({ code: "custom", message, path: [name] });
    }
  })
  .meta({ description: "JSON Merge Patch (RFC 7396) of the current version's document" });

/** One operation on templates. */
export const BulkTemplateOperation = z
  .discriminatedUnion("op", [
    z.object(bulkPublish).refine(({ draft, visibility }) => draft !== true || visibility === undefined, {
      message: "A draft concerns your tenant only; change the visibility by another publish",
      path: ["visibility"],
    }),
    z.object({
      op: z.literal("update"),
      ...of,
      changes: Changes,
      version: SemVer.optional().meta({ description: "Default: the least that says honestly what changes" }),
    }),
    z.object({ ...of, ...bulkFields.tag }).refine(addsWhatStays, tagTwice),
    z.object({ ...of, ...bulkFields.move }),
    z.object({ ...of, ...bulkFields.deprecate }).refine(followsItsLike, successorOfItsKind),
    z.object({ ...of, ...bulkFields.archive }),
    z.object({ ...of, ...bulkFields.delete }),
    z.object({ ...of, ...bulkFields.restore }),
  ])
  .meta({ id: "BulkTemplateOperation" });
export type BulkTemplateOperation = z.infer<typeof BulkTemplateOperation>;

export const bulkTemplates = defineOperation({
  id: "bulkTemplates",
  method: "POST",
  path: "/api/templates/bulk",
  tag: "Templates",
  summary: "Carry out many operations on templates",
  description:
    "Up to 1,000 operations in one transaction, one after the other, each by the rules of its single operation; two on one template see each other. One that fails is explained in its place and changes nothing; with `atomic`, then nothing is applied at all. The answer is 200 either way, as 207 is in WebDAV (RFC 4918): it is about the request, `results` about the operations. Each needs the scope of its single operation. Where agents cannot be looked up and the tenant wants dependencies checked, the whole request is refused (503) and nothing is applied. `archive` without a version and `delete` disable a template: nothing that was published is ever erased, and `restore` takes it back.",
  access: { scope: "templates:publish" },
  namesTemplates: true,
  query: bulkQuery,
  body: bulkBody(BulkTemplateOperation),
  bodyBytesMax: bulkLimits.bodyBytesMax,
  idempotent: true,
  success: { 200: BulkResult },
  example: examples.bulkTemplates,
  errors: ["dependency_unavailable"],
});
