import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, unwrap } from "@nofx/client";
import type { registryContract } from "@nofx/contract-registry";

export type RegistryClient = Client<typeof registryContract>;
/** The body of a publish. */
export type Manifest = Parameters<RegistryClient["publishAgent"]>[0]["body"];

const shippedAgents = join(import.meta.dirname, "../../shared/agents");
const publishersAtOnce = 8;

const readShipped = async (agent: string): Promise<Manifest> => {
  const directory = join(shippedAgents, agent);
  const prompts = (await readdir(join(directory, "prompts"))).map((name) => `prompts/${name}`);
  const files = await Promise.all(
    prompts.map(async (path) => ({ path, content: await readFile(join(directory, path), "utf8") })),
  );
  return { ...(JSON.parse(await readFile(join(directory, "agent.json"), "utf8")) as Manifest), files };
};

/** The agents that ship with the repository: content of realistic size. */
export const shippedManifests = async (): Promise<Manifest[]> => {
  const entries = await readdir(shippedAgents, { withFileTypes: true });
  const agents = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return await Promise.all(agents.sort().map(readShipped));
};

/** Publishes `agents` agents in `versions` versions each, as variations of the shipped ones. Gives their ids. */
export const publishAgents = async (
  client: RegistryClient,
  manifests: readonly Manifest[],
  size: { readonly agents: number; readonly versions: readonly string[] },
  signal: AbortSignal,
): Promise<string[]> => {
  const ids: string[] = [];
  const publishSome = async (): Promise<void> => {
    while (ids.length < size.agents) {
      const manifest = manifests[ids.length % manifests.length] as Manifest;
      const agentId = `${manifest.agentId}-${ids.length}`;
      ids.push(agentId);
      for (const version of size.versions) {
        signal.throwIfAborted();
        const description = `${manifest.description} This is version ${version}.`;
        await unwrap(client.publishAgent({ body: { ...manifest, agentId, version, description } }));
      }
    }
  };
  await Promise.all(Array.from({ length: publishersAtOnce }, publishSome));
  return ids;
};

/** Publishes new versions of one public agent until stopped: everybody's caches are dropped each time. */
export const startWriter = (
  client: RegistryClient,
  manifest: Manifest,
  everyMs: number,
): { stop(): Promise<{ readonly published: number }> } => {
  const stopping = new AbortController();
  let published = 0;
  const write = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const next = new Promise((resolve) => setTimeout(resolve, everyMs));
      const body = { ...manifest, agentId: "often-published", version: `1.${published}.${Date.now()}` };
      await unwrap(client.publishAgent({ body, visibility: "public" }));
      published += 1;
      await next;
    }
  };
  const written = write();
  // Awaited in `stop`; a failure before that is not an unhandled one.
  written.catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
      await written;
      return { published };
    },
  };
};
