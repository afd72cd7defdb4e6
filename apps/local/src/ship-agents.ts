import { applySync, planSync, type RegistryClient, tellResult } from "@nofx/sync";

export interface Counts {
  readonly agents: number;
  readonly versions: number;
  readonly created: number;
}

/**
 * Publishes a directory's agents through the public API, for everybody to read: all of them, or an error that names
 * what is wrong. What is published already stays as it is.
 */
export const shipAgents = async (client: RegistryClient, directory: string): Promise<Counts> => {
  const plan = await planSync(client, directory, { visibility: "public" });
  const { results, summary } = await applySync(client, plan);
  const failed = results.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) throw new Error(failed.map(tellResult).join("\n"));
  const agents = new Set(results.map(({ item }) => item.id)).size;
  return { agents, versions: results.length, created: summary.created };
};
