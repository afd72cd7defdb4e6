import type { MarketplaceClient } from "./marketplace.ts";

export type TemplateBody = Parameters<MarketplaceClient["publishTemplate"]>[0]["body"];

const steps = {
  steps: [
    { id: "collect", agentId: "collector", name: "Collect", inputs: { since: "{{ since }}" } },
    {
      id: "write",
      agentId: "editor",
      name: "Write",
      dependsOn: ["collect"],
      inputs: { document: "{{ steps.collect.outputs.changes }}" },
    },
  ],
};

/** A valid workflow, with what the test is about in its place. */
export const workflow = (overrides: Partial<TemplateBody> = {}): TemplateBody => ({
  templateId: "release-notes",
  name: "Release Notes",
  version: "1.0.0",
  description: "From merged changes to notes.",
  tags: ["release", "writing"],
  category: "engineering",
  metadata: { agents: ["collector", "editor"], owner: "team-a", license: "Apache-2.0" },
  content: {
    kind: "workflow",
    goal: "Every change is told once.",
    variables: { since: { type: "string", required: true } },
    versionFile: "versions/1.0.0.json",
  },
  files: [{ path: "versions/1.0.0.json", content: JSON.stringify(steps) }],
  ...overrides,
});

/** A valid prompt. */
export const prompt = (overrides: Partial<TemplateBody> = {}): TemplateBody => ({
  templateId: "coach",
  name: "Coach",
  version: "1.0.0",
  description: "Chooses what to finish today.",
  tags: ["planning"],
  metadata: { owner: "team-a" },
  content: {
    kind: "prompt",
    instructions: "Propose three things for {{ goal }}.",
    input: [{ type: "input_text", text: "{{ open }}" }],
    variables: { goal: { type: "string", required: true }, open: { type: "string" } },
  },
  ...overrides,
});
