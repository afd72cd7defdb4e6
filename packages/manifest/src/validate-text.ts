import type { AgentManifest } from "@nofx/contract-registry";
import { asObject, judgeText, type ManifestRules } from "@nofx/document";
import { assembleManifest } from "./assemble.ts";
import { type Validation, validateManifest } from "./validate.ts";

const rules: ManifestRules<AgentManifest> = {
  assemble: assembleManifest,
  validate: validateManifest,
  // Servers that come from mcp.json have no place in agent.json.
  isElsewhere: (agentJson, [first, second]) =>
    first === "manifest" && second === "mcpServers" && asObject(asObject(agentJson).manifest).mcpServers === undefined,
};

/**
 * Judges the text of an agent.json, with the files beside it: what is wrong with the text, with the directory and with
 * the manifest, each with line and column where it lies in the text.
 */
export const validateText = (text: string, files?: ReadonlyMap<string, Uint8Array>): Validation =>
  judgeText(rules, text, files);
