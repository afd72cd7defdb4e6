import { isDeepStrictEqual } from "node:util";
import type { Finding } from "@nofx/contract-registry";
import { type Assembly, asObject, finding, withFiles, withoutSchemaReference } from "@nofx/document";

const mcpFile = "mcp.json";

const parseJson = (bytes: Uint8Array): { value: unknown } | undefined => {
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
};

interface Lifted {
  readonly servers?: unknown;
  readonly findings: Finding[];
}

const nothingLifted: Lifted = { findings: [] };

const refused = (code: string, message: string): Lifted => ({
  findings: [finding("error", ["manifest", "mcpServers"], code, message)],
});

/** The servers of mcp.json, unless the manifest names its own. */
const liftServers = (declared: unknown, bytes: Uint8Array): Lifted => {
  const parsed = parseJson(bytes);
  if (!parsed) return refused("mcp_not_json", `${mcpFile} is not JSON in UTF-8`);
  const { mcpServers: servers } = asObject(parsed.value);
  if (servers === undefined) return refused("mcp_servers_missing", `${mcpFile} has no "mcpServers"`);
  if (declared === undefined || isDeepStrictEqual(declared, servers)) return { servers, findings: [] };
  return refused("mcp_servers_disagree", `${mcpFile} and manifest.mcpServers name different servers; keep one of them`);
};

/** A definition that is no object stays as it is: validateManifest reports it. */
const withServers = (definition: unknown, servers: unknown): unknown =>
  servers === undefined || asObject(definition) !== definition
    ? definition
    : { ...asObject(definition), mcpServers: servers };

/**
 * Puts an agent's directory together: `agentJson` is its parsed `agent.json`, `files` everything beside it by relative
 * POSIX path. They become the manifest's `files`, ordered by path. `mcp.json` becomes `manifest.mcpServers` and is not
 * published itself: clients read the servers there, and one truth is enough. Neither is `$schema`, which is for editors.
 */
export const assembleManifest = (agentJson: unknown, files: ReadonlyMap<string, Uint8Array>): Assembly => {
  if (asObject(agentJson) !== agentJson) return { manifest: agentJson, findings: [] };
  const { manifest: given, files: listed, ...content } = withoutSchemaReference(asObject(agentJson));
  const mcp = files.get(mcpFile);
  const { servers, findings } = mcp ? liftServers(asObject(given).mcpServers, mcp) : nothingLifted;
  const definition = withServers(given, servers);
  const published = withFiles(listed, new Map([...files].filter(([path]) => path !== mcpFile)));
  return {
    manifest: {
      ...content,
      ...(definition !== undefined && { manifest: definition }),
      ...(published !== undefined && { files: published }),
    },
    findings,
  };
};
