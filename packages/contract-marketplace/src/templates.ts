import {
  Digest,
  dryRunQuery,
  FilePath,
  Finding,
  page,
  pageQuery,
  rawContent,
  SemVer,
  Visibility,
} from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { TemplateImpact } from "./impact.ts";
import {
  readTemplates,
  TemplateDetail,
  TemplatePublishResult,
  TemplateVersionSummary,
  templateParams,
  templateTenantQuery,
} from "./template.ts";
import * as examples from "./template-examples.ts";
import { TemplateManifest, TemplateVersionDocument } from "./template-manifest.ts";

const tag = "Templates";

export const getTemplate = defineOperation({
  id: "getTemplate",
  method: "GET",
  path: "/api/templates/{templateId}",
  tag,
  summary: "Get one template",
  description:
    "The template with its highest 100 versions. The ETag is strong, and good as If-Match of operations that change the template.",
  access: readTemplates,
  params: templateParams,
  query: z.object(templateTenantQuery),
  success: { 200: z.object({ template: TemplateDetail }) },
  example: examples.getTemplate,
  errors: ["template_not_found"],
});

export const listTemplateVersions = defineOperation({
  id: "listTemplateVersions",
  method: "GET",
  path: "/api/templates/{templateId}/versions",
  tag,
  summary: "List a template's versions",
  description: "Every version, highest semver precedence first. Drafts are listed to their own tenant only.",
  access: readTemplates,
  params: templateParams,
  query: z.object({ ...pageQuery, ...templateTenantQuery }),
  success: { 200: page("versions", TemplateVersionSummary) },
  example: examples.listTemplateVersions,
  errors: ["template_not_found"],
});

export const getTemplateVersion = defineOperation({
  id: "getTemplateVersion",
  method: "GET",
  path: "/api/templates/{templateId}/versions/{version}",
  tag,
  summary: "Get a published version of a template",
  description:
    "The published document in its canonical form (RFC 8785). It never changes: the SHA-256 of these bytes is the version's digest and its ETag. The steps of a workflow may be in a file: getTemplateFile answers the one that `content.versionFile` names.",
  access: readTemplates,
  params: templateParams.extend({ version: SemVer }),
  query: z.object(templateTenantQuery),
  success: { 200: TemplateVersionDocument },
  example: examples.getTemplateVersion,
  errors: ["template_not_found", "version_not_found"],
});

export const getTemplateFile = defineOperation({
  id: "getTemplateFile",
  method: "GET",
  path: "/api/templates/{templateId}/versions/{version}/files/{path+}",
  tag,
  summary: "Get a file of a published version of a template",
  description: "Steps or an asset as they were published. It never changes; the ETag is the SHA-256 of the bytes.",
  access: readTemplates,
  params: templateParams.extend({ version: SemVer, path: FilePath }),
  query: z.object(templateTenantQuery),
  success: { 200: rawContent("*/*", "The file's bytes, with the media type of its name") },
  example: examples.getTemplateFile,
  errors: ["template_not_found", "version_not_found", "file_not_found"],
});

export const publishTemplate = defineOperation({
  id: "publishTemplate",
  method: "POST",
  path: "/api/templates/publish",
  tag,
  summary: "Publish a version of a template",
  description:
    "Publishes one immutable version in your tenant, and the template with it if it is the first. The same content again answers 200 `identical`; other content under a published version answers 409 with the differences. A version number that says less than what has changed since the release below it is refused, or warned about, as the tenant's settings say. So is a new version whose dependencies cannot be resolved or whose tests fail; otherwise the resolved lock and the report are kept with it. For drafts, that counts when they are released. The current version moves to the new one if that is stable and higher, and not a draft. A prompt that becomes current is a new state of its history in the builder.",
  access: { scope: "templates:publish" },
  namesTemplates: true,
  query: z
    .object({
      dryRun: z.enum(["true", "false"]).default("false").meta({ description: "Judge, and write nothing" }),
      draft: z.enum(["true", "false"]).default("false").meta({
        description: "Publish as a draft: seen by your tenant only, not current, found by its exact number only",
      }),
      force: z.enum(["true", "false"]).default("false").meta({
        description:
          "Publish although dependencies cannot be resolved or tests fail; takes the scope templates:admin, and is audited",
      }),
      visibility: Visibility.optional().meta({
        description: "Who may read the template; default: as it is, `private` for a new template",
      }),
    })
    .refine(({ draft, visibility }) => draft === "false" || visibility === undefined, {
      message: "A draft concerns your tenant only; change the visibility by another publish",
      path: ["visibility"],
    }),
  body: TemplateManifest,
  bodyCheckedBy: "use-case",
  idempotent: true,
  success: { 200: TemplatePublishResult, 201: TemplatePublishResult },
  example: examples.publishTemplate,
  errors: [
    "manifest_invalid",
    "version_conflict",
    "version_bump_too_small",
    "kind_conflict",
    "draft_needs_release",
    "dependencies_unsatisfiable",
    "dependencies_too_complex",
    "tests_failed",
    "dependency_unavailable",
  ],
});

export const validateTemplate = defineOperation({
  id: "validateTemplate",
  method: "POST",
  path: "/api/templates/validate",
  tag,
  summary: "Validate a template",
  description:
    "Reports everything that publishing would object to, at once, and what it would warn about. Paths into the file that `content.versionFile` names go on behind its `content`: `$.files[0].content.steps[1].id`.",
  access: { anyone: true },
  body: TemplateManifest,
  bodyCheckedBy: "use-case",
  success: {
    200: z.object({
      valid: z.boolean(),
      errors: z.array(Finding),
      warnings: z.array(Finding),
      digest: Digest.optional().meta({ description: "Digest that the version would have; only if valid" }),
    }),
  },
  example: examples.validateTemplate,
  errors: [],
});

export const rollbackTemplate = defineOperation({
  id: "rollbackTemplate",
  method: "POST",
  path: "/api/templates/{templateId}/rollback",
  tag,
  summary: "Roll a template back to an earlier version",
  description:
    "Makes a published version current again, with everything that is derived from it: name, description, category, tags, license and metadata. An event like any other: audited, in the feed, and itself reversible. It does not revive a disabled template. With `dryRun` the answer is what would be, and nothing is written.",
  access: { scope: "templates:admin" },
  namesTemplates: true,
  params: templateParams,
  query: z.object(dryRunQuery),
  body: z.object({
    targetVersion: SemVer,
    reason: z.string().trim().min(1).max(500).meta({ description: "Why; kept in the audit log" }),
  }),
  idempotent: true,
  ifMatch: true,
  success: {
    200: z.object({
      template: TemplateDetail,
      from: SemVer,
      to: SemVer,
      dryRun: z.boolean(),
      impact: TemplateImpact,
    }),
  },
  example: examples.rollbackTemplate,
  errors: ["template_not_found", "version_not_found", "rollback_refused"],
});
