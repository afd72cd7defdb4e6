import { page, pageQuery, ResourceId, Tag, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { readTemplates, TemplateStatus, TemplateSummary, templateTenantQuery } from "./template.ts";
import * as examples from "./template-examples.ts";
import { TemplateKind } from "./template-manifest.ts";

/** In which order a list of templates comes. */
export const TemplateSort = z
  .enum(["updated", "name"])
  .default("updated")
  .meta({ description: "`updated`: latest changed first; `name`: A to Z" });
export type TemplateSort = z.output<typeof TemplateSort>;

export const listTemplates = defineOperation({
  id: "listTemplates",
  method: "GET",
  path: "/api/templates",
  tag: "Templates",
  summary: "List templates",
  description:
    "Lists the templates you may read: your own tenant's, then everyone's public ones, each in the order of `sort`. Without a token: all public templates. Filters apply together. Disabled templates are listed only when asked for by status, to their own tenant. The builder's prompts are templates of kind `prompt`.",
  access: readTemplates,
  query: z.object({
    ...pageQuery,
    ...templateTenantQuery,
    kind: TemplateKind.optional(),
    tag: z
      .union([Tag, z.array(Tag).min(1).max(10)])
      .optional()
      .meta({ description: "May come several times: templates that have all of them" }),
    category: ResourceId.optional(),
    status: TemplateStatus.optional(),
    visibility: Visibility.optional(),
    search: z.string().max(200).optional().meta({
      description:
        "Templates that have each of its words in their name, id, description or tags, as a part of a word too",
    }),
    sort: TemplateSort,
  }),
  success: { 200: page("templates", TemplateSummary) },
  example: examples.listTemplates,
  errors: [],
});
