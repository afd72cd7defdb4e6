import type { Kind } from "./find-manifests.ts";

/** A package to begin with; it lies below `starting-points` as a package of its own. */
export interface StartingPoint {
  readonly name: string;
  readonly summary: string;
}

/** What there is to begin with; the first is taken where nothing is said. */
export const startingPoints: Readonly<Record<Kind, readonly [StartingPoint, ...StartingPoint[]]>> = {
  agent: [
    { name: "minimal", summary: "a prompt, and what it can do" },
    { name: "reviewer", summary: "with JSON Schemas of what it takes and gives" },
    { name: "mcp", summary: "with an MCP server that reads files for it" },
  ],
  template: [
    { name: "single-step", summary: "one agent, one step, two tests" },
    { name: "pipeline", summary: "three steps in a row, with variables, environments and tests" },
    { name: "approval", summary: "somebody says yes before anything is sent" },
    { name: "fan-out", summary: "three steps at the same time, and one that brings them together" },
    { name: "prompt", summary: "one request to a model, without agents" },
  ],
};

/** What the agents do whom starting points of templates ask for. */
export const roles: Readonly<Record<string, string>> = {
  approver: "Asks one person for a yes or a no, and takes no answer for a no.",
  editor: "Makes one text of several, in which nothing is said twice.",
  researcher: "Gathers facts about a question, each with its source.",
  reviewer: "Holds a text against rules, and quotes what breaks them.",
  sender: "Sends a text that was approved, and nothing else.",
  writer: "Writes a text from a topic and facts.",
};
