import { dryRunQuery, ResourceId, rawContent, Tag } from "@nofx/contract-kit";
import { z } from "zod";
import { BundleImportResult, bundleBodyLimits, JsonTemplateBundle } from "./bundle.ts";
import * as examples from "./bundle-examples.ts";
import { defineOperation } from "./errors.ts";
import { TemplateStatus } from "./template.ts";
import { TemplateKind } from "./template-manifest.ts";

const tag = "Bundles";

export const exportTemplates = defineOperation({
  id: "exportTemplates",
  method: "GET",
  path: "/api/templates/export",
  tag,
  summary: "Export templates as a bundle",
  description:
    "Your tenant's templates with all their versions, drafts, files and kept locks, or those of them to which all filters apply, as one archive that importTemplates takes. The same content is the same bytes. `NOFX-Bundle` is the digest of the index, which names the digest of every entry.",
  access: { scope: "templates:read" },
  query: z.object({
    format: z.enum(["bundle", "tar", "json", "builder"]).default("bundle").meta({
      description:
        "`bundle`: application/gzip, a packed tar archive; `tar`: the same, unpacked; `json`: the same as one JSON document; `builder`: prompts only, as importBuilderStore takes them",
    }),
    id: z
      .union([ResourceId, z.array(ResourceId).min(1).max(200)])
      .optional()
      .meta({ description: "May come several times: these templates" }),
    kind: TemplateKind.optional(),
    tag: z
      .union([Tag, z.array(Tag).min(1).max(10)])
      .optional()
      .meta({ description: "May come several times: templates that have all of them" }),
    category: ResourceId.optional(),
    status: TemplateStatus.optional().meta({ description: "Default: all, the disabled ones too" }),
  }),
  success: { 200: rawContent("*/*", "The bundle, in the form that `format` names") },
  example: examples.exportTemplates,
  errors: ["template_not_found", "bundle_too_many_entries", "bundle_too_large"],
});

export const importTemplates = defineOperation({
  id: "importTemplates",
  method: "POST",
  path: "/api/templates/import",
  tag,
  summary: "Import a bundle of templates",
  description:
    "Puts the versions of a bundle into your tenant, each with its status, by the rules of publishing. The bundle is checked as a whole before anything is written: one that is damaged, hostile or not what its index says is refused. Then each version is created or explained: importing the same again changes nothing, and what is published is never overwritten. A template that is new gets the bundle's current version, history and deployments; of one that is there, the current version moves only up. Locks are kept as they are given, readable by your tenant only, if they fit their version; one that is kept already stays. A successor that is not there is left out, and told of as a warning. All in one transaction.",
  access: { scope: "templates:admin" },
  namesTemplates: true,
  query: z.object({
    ...dryRunQuery,
    atomic: z.enum(["true", "false"]).default("false").meta({
      description: "Import nothing if any version or lock is in conflict or not valid",
    }),
    visibility: z.enum(["private", "keep"]).default("private").meta({
      description: "Who may read the templates that are new: your tenant only, or whoever the bundle says",
    }),
  }),
  body: JsonTemplateBundle,
  rawBodies: {
    "application/gzip": "The bundle as a packed tar archive",
    "application/x-tar": "The bundle as a tar archive",
  },
  bodyBytesMax: bundleBodyLimits.bodyBytesMax,
  idempotent: true,
  success: { 200: BundleImportResult },
  example: examples.importTemplates,
  errors: [
    "bundle_malformed",
    "bundle_truncated",
    "bundle_unsupported",
    "bundle_index_invalid",
    "bundle_entry_not_file",
    "bundle_path_unsafe",
    "bundle_entry_duplicate",
    "bundle_entry_unlisted",
    "bundle_digest_wrong",
    "bundle_content_invalid",
    "bundle_too_many_entries",
    "bundle_too_large",
    "bundle_bomb",
    "import_incomplete",
  ],
});
