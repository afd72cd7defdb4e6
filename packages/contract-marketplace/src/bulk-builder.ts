import { z } from "zod";
import { BuilderTemplateUpdate, Deployment, NewBuilderTemplate } from "./builder-template.ts";
import {
  addsWhatStays,
  BulkResult,
  bulkBody,
  bulkFields,
  bulkLimits,
  bulkQuery,
  followsItsLike,
  successorOfItsKind,
  tagTwice,
} from "./bulk.ts";
import * as examples from "./bulk-examples.ts";
import { defineOperation } from "./errors.ts";

const of = { id: z.string().min(1).max(300).meta({ description: "The prompt's id" }) };

/** One operation on prompts. */
export const BulkBuilderOperation = z
  .discriminatedUnion("op", [
    z.object({ op: z.literal("create"), template: NewBuilderTemplate }),
    z.object({ op: z.literal("update"), ...of, changes: BuilderTemplateUpdate }),
    z.object({ op: z.literal("deploy"), ...of, ...Deployment.shape }),
    z.object({ ...of, ...bulkFields.tag }).refine(addsWhatStays, tagTwice),
    z.object({ ...of, ...bulkFields.move }),
    z.object({ ...of, ...bulkFields.deprecate }).refine(followsItsLike, successorOfItsKind),
    z.object({ ...of, ...bulkFields.archive }),
    z.object({ ...of, ...bulkFields.delete }),
    z.object({ ...of, ...bulkFields.restore }),
  ])
  .meta({ id: "BulkBuilderOperation" });
export type BulkBuilderOperation = z.infer<typeof BulkBuilderOperation>;

export const bulkBuilderTemplates = defineOperation({
  id: "bulkBuilderTemplates",
  method: "POST",
  path: "/builder/templates/bulk",
  tag: "Builder",
  summary: "Carry out many operations on prompts",
  description:
    "As bulkTemplates does, with the builder's ways to create, change and switch prompts. `archive` without a version and `delete` take a prompt out of the builder; it is not erased, and `restore` takes it back. A deprecated prompt stays in the builder.",
  access: { scope: "templates:publish" },
  namesTemplates: true,
  query: bulkQuery,
  body: bulkBody(BulkBuilderOperation),
  bodyBytesMax: bulkLimits.bodyBytesMax,
  idempotent: true,
  success: { 200: BulkResult },
  example: examples.bulkBuilderTemplates,
  errors: ["dependency_unavailable"],
});
