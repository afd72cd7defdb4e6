import type { AgentManifest, Finding } from "@nofx/contract-registry";
import { locate } from "@nofx/document";
import { validateText } from "@nofx/manifest";
import { type FileFinding, fileFinding } from "./finding.ts";
import type { Folder } from "./read-files.ts";

/** What a version's directory should be, by its place. */
export interface Place {
  /** Below the root. */
  readonly directory: string;
  readonly agentId: string;
  /** Of an earlier version: the name of its directory. */
  readonly version: string | undefined;
}

/** A version of an agent as it lies in a directory; broken if it has no manifest. */
export interface AgentSource {
  readonly agentId: string;
  readonly version: string | undefined;
  readonly file: string;
  readonly manifest: AgentManifest | undefined;
  readonly findings: readonly FileFinding[];
}

/** Text as it stands; undefined if the bytes are no UTF-8. */
const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

interface Named {
  readonly agentId?: unknown;
  readonly version?: unknown;
  readonly files?: unknown;
}

const parsed = (text: string): Named => {
  try {
    return (JSON.parse(text.replace(/^\ufeff/, "")) ?? {}) as Named;
  } catch {
    return {};
  }
};

/** Where mcp.json is no JSON; agent.json cannot tell. */
const mcpSyntax = (file: string, bytes: Uint8Array): FileFinding[] => {
  const text = decode(bytes);
  if (text === undefined) return [fileFinding(file, "not_utf8", "The file is not text in UTF-8")];
  const { errors } = validateText(text);
  return errors.filter(({ code }) => code === "json_invalid").map((found) => ({ ...found, file }));
};

/** Says which file each finding is about: one without a place in agent.json is about a file beside it. */
const withFile = (found: readonly Finding[], folder: Folder, { directory }: Place, named: Named): FileFinding[] => {
  const listed = Array.isArray(named.files) ? named.files.length : 0;
  const beside = [...folder.files.keys()].filter((path) => path !== "agent.json" && path !== "mcp.json").sort();
  return found.flatMap((finding) => {
    const mcp = folder.files.get("mcp.json");
    if (finding.code === "mcp_not_json" && mcp) return mcpSyntax(`${directory}/mcp.json`, mcp);
    const isMcp = finding.line === undefined && mcp && finding.path.startsWith("$.manifest.mcpServers");
    if (isMcp) return [{ ...finding, file: `${directory}/mcp.json` }];
    const index = finding.line === undefined ? /^\$\.files\[(\d+)\]/.exec(finding.path)?.[1] : undefined;
    const path = index === undefined ? undefined : beside[Number(index) - listed];
    return [{ ...finding, file: `${directory}/${path ?? "agent.json"}` }];
  });
};

const misnamed = (place: Place, text: string, named: Named): FileFinding[] => {
  const wanted = { agentId: place.agentId, ...(place.version !== undefined && { version: place.version }) };
  return Object.entries(wanted).flatMap(([field, name]) => {
    const given = named[field as "agentId" | "version"];
    if (typeof given !== "string" || given === name) return [];
    const message = `${field} is "${given}", but the directory is called "${name}"; rename one of them`;
    const at = { path: `$.${field}`, field, ...locate(text.replace(/^\ufeff/, ""), `$.${field}`) };
    return [fileFinding(`${place.directory}/agent.json`, "directory_disagrees", message, at)];
  });
};

/** Judges what was read of a version's directory: everything that is wrong at once, each with its file and place. */
export const judgeFolder = (place: Place, folder: Folder): AgentSource => {
  const file = `${place.directory}/agent.json`;
  const source = { agentId: place.agentId, version: place.version, file };
  const broken = (...findings: FileFinding[]): AgentSource => ({
    ...source,
    manifest: undefined,
    findings: [...folder.findings, ...findings],
  });
  // Cut short, the directory would be accused of what it does not lack.
  if (folder.findings.some(({ code }) => code === "too_many_files")) return broken();
  const bytes = folder.files.get("agent.json");
  if (!bytes) {
    const isTold = folder.findings.some((found) => found.file === file);
    return isTold ? broken() : broken(fileFinding(file, "agent_json_missing", "The directory has no agent.json"));
  }
  const text = decode(bytes);
  if (text === undefined) return broken(fileFinding(file, "not_utf8", "The file is not text in UTF-8"));
  const named = parsed(text);
  const beside = new Map([...folder.files].filter(([path]) => path !== "agent.json"));
  const verdict = validateText(text, beside);
  const isWhole = folder.findings.length === 0;
  const wrong = verdict.errors.filter(({ code }) => isWhole || code !== "entry_not_published");
  const errors = [...withFile(wrong, folder, place, named), ...misnamed(place, text, named)];
  const warnings = withFile(verdict.warnings, folder, place, named);
  const version = typeof named.version === "string" ? named.version : place.version;
  if (!verdict.valid || errors.length > 0 || !isWhole) {
    return { ...broken(...errors, ...warnings), version };
  }
  return { ...source, version, manifest: verdict.manifest, findings: warnings };
};
