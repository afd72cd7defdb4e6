import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { BuilderTemplate, Compiled, History, Run, TemplateList } from "./answers.ts";
import { full, toolForms } from "./bodies.ts";

const id = "tmpl_2f1e7a30-51c4-4b7e-9d3a-0c6d5c1f8a11";
const entry = (version: number) => ({
  version,
  description: "",
  instructions: "Answer briefly.",
  updatedAt: "2024-10-02T10:00:00.000Z",
});
const entries = (length: number) => Array.from({ length }, (_, index) => entry(index + 1));
const template = {
  ...full,
  id,
  tools: toolForms[0],
  deployments: { staging: { slack: true } },
  safetyIdentifier: "focus-compat-weekly-review-full",
  createdAt: "2024-10-02T10:00:00.000Z",
  updatedAt: "2024-10-02T10:00:00.001Z",
  history: entries(2),
};
const older = { ...template, id: id.replace("2f", "3f"), updatedAt: template.createdAt };
const compiled = {
  tenantId: "acme",
  request: {
    model: "gpt-4.1-mini",
    input: [{ role: "user", content: [{ type: "input_text", text: "Hello" }] }],
    instructions: "Answer briefly.",
    metadata: { template_id: id, template_name: "Weekly", safety_identifier: "focus-weekly", owner: "growth" },
  },
  metadata: { owner: "growth" },
  tools: [],
};
const run = { runId: "run_1", bufferedMessages: [], reasoning: [], refusals: [], historyPlan: null };

const verdict = (schema: z.ZodType, body: unknown) => schema.safeParse(body).success;

describe("BuilderTemplate", () => {
  it.each([
    {},
    { added: { later: true } },
    { tools: {} },
    { tools: toolForms[1] },
    { deployments: {} },
    { maxToolCalls: undefined, toolChoice: undefined, historyPlan: undefined, conversationPolicy: undefined },
    { channels: { slack: true, email: true, inApp: false, sms: true } },
    { input: [{ id: "in_1", type: "input_text", text: "x", added: 1 }] },
    { updatedAt: "2024-10-02T12:00:00.123456+02:00" },
    { history: entries(25).toReversed() },
  ])("takes a template with %j", (change) => {
    expect(verdict(BuilderTemplate, { ...template, ...change })).toBe(true);
  });

  const required = Object.keys(template).filter(
    (field) => !(field in full) || field in { name: 1, model: 1, input: 1 },
  );
  it.each([...required, "description", "instructions", "metadata", "channels"])("refuses one without %s", (field) => {
    expect(verdict(BuilderTemplate, { ...template, [field]: undefined })).toBe(false);
  });

  it.each([
    { id: id.replace("tmpl_", "") },
    { id: "tmpl_1" },
    { description: null },
    { channels: { slack: true, email: true } },
    { metadata: { count: 1 } },
    { tools: ["web_search"] },
    { tools: { include: "all" } },
    { input: [{ type: "input_text", text: "x" }] },
    { input: [{ id: "in_1", type: "input_video" }] },
    { maxToolCalls: null },
    { toolChoice: null },
    { historyPlan: null },
    { conversationPolicy: null },
    { deployments: { staging: ["slack"] } },
    { deployments: { staging: { slack: "on" } } },
    { safetyIdentifier: "weekly" },
    { safetyIdentifier: "focus-not a slug" },
    { safetyIdentifier: `focus-${"x".repeat(49)}` },
    { createdAt: "yesterday" },
    { updatedAt: "2024-10-02T09:59:59.999Z" },
    { history: [{ ...entry(1), version: "1.0.0" }] },
    { history: [entry(1), entry(1)] },
  ])("refuses one with %j", (change) => {
    expect(verdict(BuilderTemplate, { ...template, ...change })).toBe(false);
  });
});

describe("TemplateList", () => {
  it.each([[[]], [[template]], [[template, older]]])("takes the latest update first: %#", (templates) => {
    expect(verdict(TemplateList, { templates, added: 1 })).toBe(true);
  });

  it.each([
    ["a bare list", [template]],
    ["a wrapper of another name", { items: [template] }],
    ["the oldest first", { templates: [older, template] }],
    ["a template twice", { templates: [template, template] }],
    ["something that is no template", { templates: [{ ...template, id: 5 }] }],
  ])("refuses %s", (_, body) => {
    expect(verdict(TemplateList, body)).toBe(false);
  });
});

describe("History", () => {
  it.each([
    ["ascending", entries(20)],
    ["descending", entries(20).toReversed()],
    ["with gaps", [entry(1), { ...entry(7), added: 1 }]],
  ])("takes versions %s", (_, history) => {
    expect(verdict(History, { history })).toBe(true);
  });

  it.each([
    ["more than 20 entries", entries(21)],
    ["a version twice", [entry(1), entry(1)]],
    ["versions up and down", [entry(1), entry(3), entry(2)]],
    ["a version with points", [{ ...entry(1), version: "1.0.0" }]],
    ["half a version", [{ ...entry(1), version: 1.5 }]],
    ["an entry without instructions", [{ ...entry(1), instructions: undefined }]],
    ["an entry without time", [{ ...entry(1), updatedAt: undefined }]],
  ])("refuses %s", (_, history) => {
    expect(verdict(History, { history })).toBe(false);
  });
});

describe("Compiled", () => {
  it.each([{}, { added: 1 }, { tools: { builtin: [] } }, { maxToolCalls: 3, toolChoice: "auto", historyPlan: {} }])(
    "takes a request with %j",
    (change) => {
      expect(verdict(Compiled, { ...compiled, ...change })).toBe(true);
    },
  );

  it.each(["tenantId", "request", "metadata", "tools"])("refuses one without %s", (field) => {
    expect(verdict(Compiled, { ...compiled, [field]: undefined })).toBe(false);
  });

  it.each([
    { model: undefined },
    { instructions: undefined },
    { input: [] },
    { input: [{ role: "system", content: "x" }] },
    { input: [{ role: "user" }] },
    { metadata: { ...compiled.request.metadata, template_id: undefined } },
    { metadata: { ...compiled.request.metadata, template_name: undefined } },
    { metadata: { ...compiled.request.metadata, safety_identifier: undefined } },
    { metadata: { ...compiled.request.metadata, count: 1 } },
  ])("refuses a model request with %j", (change) => {
    expect(verdict(Compiled, { ...compiled, request: { ...compiled.request, ...change } })).toBe(false);
  });
});

describe("Run", () => {
  it.each([{}, { added: 1 }, { status: "not_configured" }, { status: "done", bufferedMessages: ["Hello"] }])(
    "takes a run with %j",
    (change) => {
      expect(verdict(Run, { ...run, ...change })).toBe(true);
    },
  );

  it.each(Object.keys(run))("refuses one without %s", (field) => {
    const { [field as keyof typeof run]: _, ...rest } = run;
    expect(verdict(Run, rest)).toBe(false);
  });

  it.each([{ runId: "1" }, { runId: "run_" }, { refusals: "none" }, { status: 5 }])("refuses one with %j", (change) => {
    expect(verdict(Run, { ...run, ...change })).toBe(false);
  });

  it("refuses messages of a server that has no model", () => {
    expect(verdict(Run, { ...run, status: "not_configured", bufferedMessages: ["Hello"] })).toBe(false);
  });
});
