import { toPublication } from "@nofx/manifest";
import { precedenceKey } from "@nofx/versioning";
import pMap from "p-map";
import { fileFinding } from "./finding.ts";
import { type AgentSource, judgeFolder } from "./judge-folder.ts";
import { classifyEntry, listEntries, openRoot, type Root, readFolder } from "./read-files.ts";

const directoriesAtOnce = 8;

/** The directories in a directory by name, and what is in their place and cannot be one. */
interface Listing {
  readonly names: string[];
  readonly refused: AgentSource[];
}

const broken = (agentId: string, finding: AgentSource["findings"][number]): AgentSource => ({
  agentId,
  version: undefined,
  file: finding.file,
  manifest: undefined,
  findings: [finding],
});

/** Hidden entries, such as .git, are no agents; neither are files beside the agents' directories. */
const listAgents = async (root: Root): Promise<Listing> => {
  const listing: Listing = { names: [], refused: [] };
  for (const entry of await listEntries(root, "")) {
    if (entry.name.startsWith(".")) continue;
    const found = await classifyEntry(root, entry.name, entry);
    if (found.kind === "directory") listing.names.push(entry.name);
    if (found.kind === "refused") listing.refused.push(broken(entry.name, found.finding));
  }
  return listing;
};

/** In `versions` there is nothing but directories of versions, so that none is overlooked. */
const listEarlier = async (root: Root, agentId: string): Promise<Listing> => {
  const listing: Listing = { names: [], refused: [] };
  const versions = (await listEntries(root, agentId)).find(({ name }) => name === "versions");
  if (!versions) return listing;
  const found = await classifyEntry(root, `${agentId}/versions`, versions);
  if (found.kind === "refused") return { names: [], refused: [broken(agentId, found.finding)] };
  const stray = (file: string) =>
    broken(agentId, fileFinding(file, "not_a_version", "`versions` holds one directory for each earlier version"));
  if (found.kind === "file") return { names: [], refused: [stray(`${agentId}/versions`)] };
  for (const entry of await listEntries(root, `${agentId}/versions`)) {
    if (entry.name.startsWith(".")) continue;
    const file = `${agentId}/versions/${entry.name}`;
    const inner = await classifyEntry(root, file, entry);
    if (inner.kind === "directory") listing.names.push(entry.name);
    else listing.refused.push(inner.kind === "refused" ? broken(agentId, inner.finding) : stray(file));
  }
  return listing;
};

/** Its place among the agent's versions: without a usable version the agent.json is the newest, anything else the oldest. */
const rankOf = ({ agentId, version, file }: AgentSource): string => {
  try {
    return precedenceKey(version ?? "");
  } catch {
    return file === `${agentId}/agent.json` ? "~" : "";
  }
};

/** A version may lie in `versions` already and be the agent's newest still, but not with other content. */
const withoutTwins = (sources: readonly AgentSource[]): AgentSource[] => {
  const seen = new Map<string, AgentSource>();
  return sources.map((source) => {
    if (!source.manifest) return source;
    const first = seen.get(rankOf(source));
    seen.set(rankOf(source), first ?? source);
    if (!first?.manifest || toPublication(first.manifest).digest === toPublication(source.manifest).digest) {
      return source;
    }
    const message = `${first.file} has version ${first.version} with other content; choose a higher version`;
    const finding = fileFinding(source.file, "version_twice", message, { path: "$.version", field: "version" });
    return { ...source, manifest: undefined, findings: [finding, ...source.findings] };
  });
};

const readAgent = async (root: Root, agentId: string): Promise<AgentSource[]> => {
  const { names, refused } = await listEarlier(root, agentId);
  const places = [
    ...names.map((version) => ({ directory: `${agentId}/versions/${version}`, agentId, version })),
    { directory: agentId, agentId, version: undefined },
  ];
  const versions: AgentSource[] = [];
  for (const place of places) versions.push(judgeFolder(place, await readFolder(root, place.directory)));
  const byAge = [...refused, ...versions].sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : rankOf(a) > rankOf(b) ? 1 : 0));
  return withoutTwins(byAge);
};

/**
 * All agents of a directory: `<agentId>/agent.json` with the files beside it, earlier versions in
 * `<agentId>/versions/<semver>/`. Each agent's oldest version first, what is broken included.
 */
export const readAgents = async (directory: string): Promise<AgentSource[]> => {
  const root = await openRoot(directory);
  const { names, refused } = await listAgents(root);
  const agents = await pMap(names, (agentId) => readAgent(root, agentId), { concurrency: directoriesAtOnce });
  return [...refused, ...agents.flat()];
};
