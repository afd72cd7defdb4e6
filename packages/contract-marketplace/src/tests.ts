import { SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { readTemplates, templateParams, templateTenantQuery } from "./template.ts";
import { TemplateManifest } from "./template-manifest.ts";
import { StoredTestReport, TestReport } from "./template-test.ts";
import * as examples from "./test-examples.ts";

const tag = "Plans";
const params = templateParams.extend({ version: SemVer });

export const testTemplate = defineOperation({
  id: "testTemplate",
  method: "POST",
  path: "/api/templates/test",
  tag,
  summary: "Run the tests of a template that is not published",
  description:
    "Takes what publishTemplate takes, as if your tenant published it. Each test runs in its environment, or else in all, with the highest and with the lowest versions of agents that fit; beside the tests run inputs at the edges of what the variables take. Nothing is kept, and it takes no Idempotency-Key.",
  access: { scope: "templates:read" },
  body: TemplateManifest,
  bodyCheckedBy: "use-case",
  success: { 200: z.object({ report: TestReport }) },
  example: examples.testTemplate,
  errors: ["manifest_invalid", "dependencies_unsatisfiable", "dependencies_too_complex", "dependency_unavailable"],
});

export const testTemplateVersion = defineOperation({
  id: "testTemplateVersion",
  method: "POST",
  path: "/api/templates/{templateId}/versions/{version}/test",
  tag,
  summary: "Run the tests of a version and keep the report",
  description:
    "As testTemplate does, with the versions of agents that there are now. The report takes the place of the one before. Everybody who may read the version may read the report if all agents that the tests ran with are public; otherwise your tenant only.",
  access: { scope: "templates:publish" },
  namesTemplates: true,
  params,
  idempotent: true,
  success: { 200: StoredTestReport },
  example: examples.testTemplateVersion,
  errors: [
    "template_not_found",
    "version_not_found",
    "dependencies_unsatisfiable",
    "dependencies_too_complex",
    "dependency_unavailable",
  ],
});

export const getTemplateTestReport = defineOperation({
  id: "getTemplateTestReport",
  method: "GET",
  path: "/api/templates/{templateId}/versions/{version}/test-report",
  tag,
  summary: "Get the report of a version's tests",
  description: "What publishing, releasing or the last testTemplateVersion has kept, if you may read it.",
  access: readTemplates,
  params,
  query: z.object(templateTenantQuery),
  success: { 200: StoredTestReport },
  example: examples.getTemplateTestReport,
  errors: ["template_not_found", "version_not_found", "test_report_not_found"],
});
