import { page, pageQuery } from "@nofx/contract-kit";
import { z } from "zod";
import { CompiledTemplate, CompileOrder, RunOrder, RunResult } from "./builder-run.ts";
import {
  BuilderHistoryEntry,
  BuilderTemplate,
  BuilderTemplateUpdate,
  Deployment,
  NewBuilderTemplate,
} from "./builder-template.ts";
import { defineOperation } from "./errors.ts";
import * as examples from "./examples.ts";
import { templateCounts, templateSearchQuery } from "./list-templates.ts";

const read = { scope: "templates:read" } as const;
const write = { scope: "templates:publish" } as const;
const params = z.object({ id: z.string().max(300).meta({ description: "The prompt's id" }) });
const one = { path: "/builder/templates/{id}", tag: "Builder", params } as const;

export const listBuilderTemplates = defineOperation({
  id: "listBuilderTemplates",
  method: "GET",
  path: "/builder/templates",
  tag: "Builder",
  summary: "List the prompts of your tenant",
  description:
    "All of them, the latest changed first. Where there is none yet, three to begin with are put there first. With filters, those that fit, as listTemplates does it; with `limit` or `cursor`, a page of them.",
  access: read,
  query: z.object({
    ...templateSearchQuery,
    limit: pageQuery.limit
      .unwrap()
      .optional()
      .meta({ description: "Prompts per page; default: all, with `cursor` 25" }),
    cursor: pageQuery.cursor,
  }),
  success: { 200: page("templates", BuilderTemplate).extend(templateCounts) },
  example: { answer: { templates: [examples.template] } },
  errors: [],
});

export const createBuilderTemplate = defineOperation({
  id: "createBuilderTemplate",
  method: "POST",
  path: "/builder/templates",
  tag: "Builder",
  summary: "Create a prompt",
  description: "Publishes version 1.0.0 of a new template of kind `prompt`, private to your tenant.",
  access: write,
  body: NewBuilderTemplate,
  idempotent: true,
  success: { 201: BuilderTemplate },
  example: { arguments: { body: examples.newTemplate }, answer: examples.template },
  errors: [],
});

export const getBuilderTemplate = defineOperation({
  ...one,
  id: "getBuilderTemplate",
  method: "GET",
  summary: "Get a prompt",
  description: "One prompt of your tenant, with its history and where it is switched on.",
  access: read,
  success: { 200: BuilderTemplate },
  example: { arguments: { id: examples.template.id }, answer: examples.template },
  errors: ["template_not_found"],
});

export const updateBuilderTemplate = defineOperation({
  ...one,
  id: "updateBuilderTemplate",
  method: "PUT",
  summary: "Change a prompt",
  description:
    "Publishes the next version: what is not named stays, and the version's number says how much has changed. A variable that is new makes a major step, since callers must give it a value; one that is gone, or another model or tool, a minor one; other text a patch.",
  access: write,
  namesTemplates: true,
  body: BuilderTemplateUpdate,
  idempotent: true,
  ifMatch: true,
  success: { 200: BuilderTemplate },
  example: {
    arguments: { id: examples.template.id, body: { description: "Plans the day." } },
    answer: examples.template,
  },
  errors: ["template_not_found"],
});

export const deployBuilderTemplate = defineOperation({
  ...one,
  id: "deployBuilderTemplate",
  method: "POST",
  path: "/builder/templates/{id}/deploy",
  summary: "Switch a prompt on or off",
  description: "In one environment, for one channel. The others stay as they are, and so does the version.",
  access: write,
  namesTemplates: true,
  body: Deployment,
  idempotent: true,
  success: { 200: BuilderTemplate },
  example: {
    arguments: { id: examples.template.id, body: { environment: "production", channel: "slack", enabled: true } },
    answer: examples.template,
  },
  errors: ["template_not_found"],
});

export const getBuilderHistory = defineOperation({
  ...one,
  id: "getBuilderHistory",
  method: "GET",
  path: "/builder/templates/{id}/history",
  summary: "List a prompt's latest states",
  description: "The twenty latest, oldest first. Older versions stay in the marketplace.",
  access: read,
  success: { 200: z.object({ history: z.array(BuilderHistoryEntry) }) },
  example: { arguments: { id: examples.template.id }, answer: { history: examples.template.history } },
  errors: ["template_not_found"],
});

export const compileBuilderTemplate = defineOperation({
  ...one,
  id: "compileBuilderTemplate",
  method: "POST",
  path: "/builder/templates/{id}/compile",
  summary: "Compile a prompt into a model request",
  description:
    "Puts the variables into instructions and texts; nothing is sent. A value is text: braces in it mean nothing. Values that nothing asks for are passed over; all that is missing is named at once.",
  access: read,
  body: CompileOrder,
  success: { 200: CompiledTemplate },
  example: {
    arguments: { id: examples.template.id, body: { tenantId: "acme", variables: { goal: "ship the release" } } },
    answer: examples.compiled,
  },
  errors: ["template_not_found", "variable_missing"],
});

export const runBuilderTemplate = defineOperation({
  ...one,
  id: "runBuilderTemplate",
  method: "POST",
  path: "/builder/templates/{id}/run",
  summary: "Run a prompt",
  description:
    "Compiles the prompt and hands it to the model runner that the service is configured with. Without one, the answer says `not_configured` and holds what the runner would get.",
  access: write,
  namesTemplates: true,
  body: RunOrder,
  success: { 201: RunResult },
  example: {
    arguments: { id: examples.template.id, body: { variables: { goal: "ship the release" } } },
    answer: examples.run,
  },
  errors: ["template_not_found", "variable_missing", "runner_failed", "runner_unavailable"],
});
