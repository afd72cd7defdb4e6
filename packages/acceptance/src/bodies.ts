import type { Clients } from "./world.ts";

export type AgentBody = Parameters<Clients["registry"]["publishAgent"]>[0]["body"];
export type TemplateBody = Parameters<Clients["marketplace"]["publishTemplate"]>[0]["body"];

/** An agent with a file, and what the check is about in its place. */
export const agent = (change: Partial<AgentBody> = {}): AgentBody => ({
  agentId: "greeter",
  name: "Greeter",
  version: "1.0.0",
  description: "Greets people.",
  capabilities: [{ id: "greet", label: "Greet somebody" }],
  tags: ["acceptance"],
  metadata: { owner: "acceptance", source: "acceptance" },
  manifest: { entryPrompt: "prompts/system.md", model: "claude-sonnet-4-5", capabilities: ["greet"] },
  files: [{ path: "prompts/system.md", content: "Greet the person by name. Ünïcode stays.\n" }],
  ...change,
});

const step = { id: "greet", agentId: "greeter", name: "Greet", inputs: { who: "{{ who }}", tone: "{{ tone }}" } };

/** A workflow of one step that the agent above carries out. */
export const workflow = (change: Partial<TemplateBody> = {}, content: object = {}): TemplateBody => ({
  templateId: "welcome",
  name: "Welcome",
  version: "1.0.0",
  description: "Greets whoever is new.",
  tags: ["acceptance"],
  metadata: { agents: ["greeter"], owner: "acceptance" },
  content: {
    kind: "workflow",
    goal: "Everybody is greeted.",
    variables: { who: { type: "string", required: true }, tone: { type: "string", default: "plain" } },
    dependencies: { agents: { greeter: "^1.0.0" } },
    steps: [step],
    ...content,
  },
  ...change,
});
