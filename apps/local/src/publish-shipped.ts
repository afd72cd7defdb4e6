import { type Client, ProblemError } from "@nofx/client";
import type { registryContract } from "@nofx/contract-registry";
import type { AgentSource } from "./read-agents.ts";

export interface Counts {
  readonly agents: number;
  readonly versions: number;
  readonly created: number;
}

type PublishBody = Parameters<Client<typeof registryContract>["publishAgent"]>[0]["body"];

/** Publishes agents through the public API, for everybody to read. What is published already stays as it is. */
export const publishShipped = async (
  client: Client<typeof registryContract>,
  sources: readonly AgentSource[],
): Promise<Counts> => {
  let created = 0;
  for (const { directory, manifest } of sources) {
    const result = await client.publishAgent({ body: manifest as PublishBody, visibility: "public" });
    if (!result.ok) throw new Error(`${directory}: ${new ProblemError(result.problem).message}`);
    if (result.body.outcome === "created") created += 1;
  }
  return { agents: new Set(sources.map(({ agentId }) => agentId)).size, versions: sources.length, created };
};
