import { manifest } from "@nofx/testkit";

/** Text of an agent.json that is valid, with what the test is about in its place. */
export const agentText = (change: Record<string, unknown> = {}): string => {
  const { files: _beside, ...content } = manifest();
  return JSON.stringify({ ...content, ...change }, null, 2);
};

/** Files of an agent in a directory of agents. */
export const agentFiles = (agentId: string, change: Record<string, unknown> = {}): Record<string, string> => ({
  [`${agentId}/agent.json`]: agentText({ agentId, ...change }),
  [`${agentId}/prompts/system.md`]: "Greet the person by name.\n",
});

/** Files of a template whose only step is done by that agent. */
export const templateFiles = (
  templateId: string,
  agentId: string,
  change: Record<string, unknown> = {},
): Record<string, string> => ({
  [`${templateId}/template.json`]: JSON.stringify(
    {
      templateId,
      name: templateId,
      version: "1.0.0",
      content: {
        kind: "workflow",
        goal: "Greet.",
        versionFile: "versions/1.0.0.json",
        dependencies: { agents: { [agentId]: "^1.0.0" } },
      },
      ...change,
    },
    null,
    2,
  ),
  [`${templateId}/versions/1.0.0.json`]: JSON.stringify({ steps: [{ id: "greet", agentId }] }),
});

/** The same files in a directory. */
export const below = (directory: string, files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${directory}/${path}`, text]));
