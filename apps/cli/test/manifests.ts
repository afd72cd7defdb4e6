import { manifest } from "@nofx/testkit";

/** Less than a version without it: a major change. */
export const incapable = { capabilities: [] };

/** Files of one version of an agent in a directory. */
export const agentFiles = (place: string, change: Parameters<typeof manifest>[0] = {}): Record<string, string> => {
  const { files: _beside, ...content } = manifest({ agentId: "greeter", ...change });
  return {
    [`${place}/agent.json`]: JSON.stringify(content, null, 2),
    [`${place}/prompts/system.md`]: "Greet the person by name.\n",
  };
};

/** A workflow of one step for the agent. */
export const workflow = (change: object = {}, agentId = "greeter", range = "^1.0.0") => ({
  templateId: "welcome",
  name: "Welcome",
  version: "1.0.0",
  content: {
    kind: "workflow" as const,
    steps: [{ id: "greet", agentId }],
    dependencies: { agents: { [agentId]: range } },
  },
  ...change,
});

/** A template that needs nothing else. */
export const prompt = (change: object = {}) => ({
  templateId: "coach",
  name: "Coach",
  version: "1.0.0",
  content: {
    kind: "prompt" as const,
    instructions: "Coach.",
    input: [{ type: "input_text" as const, text: "Now." }],
  },
  ...change,
});

/** A template in a directory. */
export const templateFiles = (place: string, template: object = workflow()): Record<string, string> => ({
  [`${place}/template.json`]: JSON.stringify(template, null, 2),
});
