import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { assembleManifest, precedenceKey } from "@nofx/manifest";

/** A version of an agent as it lies in a directory. */
export interface AgentSource {
  readonly directory: string;
  readonly agentId: string;
  readonly version: string;
  /** Body of a publish. */
  readonly manifest: unknown;
}

const filesOf = async (directory: string): Promise<Map<string, Uint8Array>> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => path !== "agent.json" && !path.startsWith("versions/"));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(directory, path))] as const)));
};

const readVersion = async (directory: string): Promise<AgentSource> => {
  const file = join(directory, "agent.json");
  let agentJson: { agentId?: unknown; version?: unknown };
  try {
    agentJson = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
  const { manifest, findings } = assembleManifest(agentJson, await filesOf(directory));
  const [broken] = findings.filter(({ severity }) => severity === "error");
  if (broken) throw new Error(`${directory}: ${broken.path}: ${broken.message}`);
  return { directory, agentId: String(agentJson.agentId), version: String(agentJson.version), manifest };
};

const subdirectories = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
    .sort();

/** All agents below a directory with their earlier versions (`versions/<semver>/`), each agent's oldest version first. */
export const readAgents = async (directory: string): Promise<AgentSource[]> => {
  const agents = await Promise.all(
    (await subdirectories(directory)).map(async (agent) => {
      const earlier = await subdirectories(join(agent, "versions"));
      const versions = await Promise.all([...earlier, agent].map(readVersion));
      return versions.sort((a, b) => (precedenceKey(a.version) < precedenceKey(b.version) ? -1 : 1));
    }),
  );
  return agents.flat();
};
