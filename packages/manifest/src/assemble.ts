import { isUtf8 } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import type { Finding } from "@nofx/contract-registry";
import { asObject, finding } from "@nofx/document";

/** What an agent's directory amounts to: the body of publish and validate, not judged yet, and what is wrong with the directory itself. */
export interface Assembly {
  readonly manifest: unknown;
  readonly findings: Finding[];
}

const mcpFile = "mcp.json";

/** Text stays readable, and every byte comes back: a byte order mark is kept, and what is not text is base64. */
const manifestFile = (path: string, bytes: Uint8Array) => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isText = isUtf8(buffer) && !buffer.includes(0);
  return isText
    ? { path, content: buffer.toString("utf8"), encoding: "utf-8" }
    : { path, content: buffer.toString("base64"), encoding: "base64" };
};

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

/** Files that agent.json lists itself stay; what is then there twice, or is no list, validateManifest reports. */
const withFiles = (listed: unknown, found: readonly unknown[]): unknown => {
  if (listed === undefined) return found.length > 0 ? found : undefined;
  return Array.isArray(listed) ? [...listed, ...found] : listed;
};

/**
 * Puts an agent's directory together: `agentJson` is its parsed `agent.json`, `files` everything beside it by relative
 * POSIX path. They become the manifest's `files`, ordered by path. `mcp.json` becomes `manifest.mcpServers` and is not
 * published itself: clients read the servers there, and one truth is enough.
 */
export const assembleManifest = (agentJson: unknown, files: ReadonlyMap<string, Uint8Array>): Assembly => {
  if (asObject(agentJson) !== agentJson) return { manifest: agentJson, findings: [] };
  const { manifest: given, files: listed, ...content } = agentJson as Record<string, unknown>;
  const mcp = files.get(mcpFile);
  const { servers, findings } = mcp ? liftServers(asObject(given).mcpServers, mcp) : nothingLifted;
  const found = [...files]
    .filter(([path]) => path !== mcpFile)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, bytes]) => manifestFile(path, bytes));
  const definition = withServers(given, servers);
  const published = withFiles(listed, found);
  return {
    manifest: {
      ...content,
      ...(definition !== undefined && { manifest: definition }),
      ...(published !== undefined && { files: published }),
    },
    findings,
  };
};
