import { ProblemItem, ResourceId } from "@nofx/contract-kit";
import { z } from "zod";
import { BuilderHistoryEntry, BuilderTemplate, NewBuilderTemplate } from "./builder-template.ts";
import { defineOperation } from "./errors.ts";
import * as examples from "./examples.ts";

const entry = BuilderHistoryEntry.extend({ version: z.int().min(1).max(1_000_000) });

/** A prompt as another builder has stored it. What nobody here knows of is kept and shown. */
export const StoredTemplate = z
  .looseObject({
    ...NewBuilderTemplate.shape,
    id: ResourceId,
    safetyIdentifier: z.string().min(1).max(200).optional(),
    deployments: BuilderTemplate.shape.deployments.default({}),
    createdAt: BuilderTemplate.shape.createdAt,
    updatedAt: BuilderTemplate.shape.updatedAt,
    history: z.array(entry).max(1000).default([]),
  })
  .meta({ id: "StoredBuilderTemplate" });
export type StoredTemplate = z.infer<typeof StoredTemplate>;

/** What became of one prompt of an import. */
export const ImportItem = z
  .object({
    index: z.int().meta({ description: "Its place in the request, from 0" }),
    id: z.string().optional(),
    name: z.string().optional(),
    outcome: z.enum(["imported", "unchanged", "conflict", "invalid"]).meta({
      description:
        "`unchanged`: it was imported as it is before. `conflict`: another prompt has its id, and stays. `invalid`: see `errors`",
    }),
    errors: z.array(ProblemItem).optional(),
  })
  .meta({ id: "BuilderImportItem" });
export type ImportItem = z.infer<typeof ImportItem>;

export const importBuilderStore = defineOperation({
  id: "importBuilderStore",
  method: "POST",
  path: "/builder/templates/import",
  tag: "Builder",
  summary: "Import the prompts of another builder",
  description:
    "Takes what an older builder has stored, with its times, history and deployments. Each prompt is imported or explained; importing the same again changes nothing, and a prompt that is there already is never overwritten. History whose numbers repeat is numbered on.",
  access: { scope: "templates:publish" },
  namesTemplates: true,
  body: z.object({
    templates: z
      .array(z.unknown())
      .max(10_000)
      .meta({ description: "Stored prompts, as GET /builder/templates shows them" }),
    dryRun: z.boolean().default(false).meta({ description: "Only tell what would become of each" }),
  }),
  idempotent: true,
  success: {
    200: z.object({
      dryRun: z.boolean(),
      summary: z.object({ imported: z.int(), unchanged: z.int(), conflict: z.int(), invalid: z.int() }),
      items: z.array(ImportItem),
    }),
  },
  example: {
    arguments: { body: { templates: [examples.template] } },
    answer: {
      dryRun: false,
      summary: { imported: 1, unchanged: 0, conflict: 0, invalid: 0 },
      items: [{ index: 0, id: examples.template.id, name: examples.template.name, outcome: "imported" }],
    },
  },
  errors: [],
});
