import { Digest, dryRunQuery, Finding, page, pageQuery, SemVer, Timestamp, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import * as examples from "./fork-examples.ts";
import {
  readTemplates,
  TemplateDetail,
  TemplateSummary,
  TemplateVersionSummary,
  templateParams,
  templateTenantQuery,
} from "./template.ts";
import { TemplateManifest } from "./template-manifest.ts";

const { templateId, name, description } = TemplateManifest.shape;
const tag = "Templates";

/** What a fork did. */
const ForkResult = z
  .object({
    dryRun: z.boolean().meta({ description: "true: judged, and nothing written" }),
    template: TemplateDetail,
    version: TemplateVersionSummary,
    warnings: z.array(Finding),
  })
  .meta({ id: "ForkResult" });
export type ForkResult = z.infer<typeof ForkResult>;

export const forkTemplate = defineOperation({
  id: "forkTemplate",
  method: "POST",
  path: "/api/templates/{templateId}/fork",
  tag,
  summary: "Fork a template",
  description:
    "Publishes a version of a template that you may read as the first version of a new template in your tenant, files included. Everything stays as it is, the license too, but the id, the version number, and what else you name. Where it comes from is kept beside the document, as `forkedFrom`. A prompt is there in your builder at once.",
  access: { scope: "templates:publish" },
  namesTemplates: true,
  params: templateParams,
  query: z.object({ ...templateTenantQuery, ...dryRunQuery }),
  body: z.object({
    templateId: templateId.meta({ description: "Id of the new template in your tenant" }),
    version: SemVer.optional().meta({ description: "Version of the source; default: its current one" }),
    name: name.optional().meta({ description: "Default: as the source" }),
    description: description.meta({ description: "Default: as the source" }),
    newVersion: SemVer.default("1.0.0").meta({ description: "Version number of the fork" }),
    visibility: Visibility.default("private"),
  }),
  idempotent: true,
  success: { 200: ForkResult, 201: ForkResult },
  example: examples.forkTemplate,
  errors: ["template_not_found", "version_not_found", "template_exists", "fork_refused", "manifest_invalid"],
});

/** A template that began as a copy, as the list of its source's forks shows it. */
export const TemplateFork = z
  .object({
    template: TemplateSummary,
    version: SemVer.meta({ description: "Version of the source that was copied" }),
    digest: Digest.meta({ description: "Of the version that was copied" }),
    forkedAt: Timestamp,
  })
  .meta({ id: "TemplateFork" });
export type TemplateFork = z.infer<typeof TemplateFork>;

export const listForks = defineOperation({
  id: "listForks",
  method: "GET",
  path: "/api/templates/{templateId}/forks",
  tag,
  summary: "List a template's forks",
  description:
    "The templates that began as a copy of this one and that you may read, the latest fork first. Disabled ones are not listed.",
  access: readTemplates,
  params: templateParams,
  query: z.object({ ...pageQuery, ...templateTenantQuery }),
  success: { 200: page("forks", TemplateFork) },
  example: examples.listForks,
  errors: ["template_not_found"],
});
