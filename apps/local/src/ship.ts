import {
  applySync,
  applyTemplateSync,
  type MarketplaceClient,
  planSync,
  planTemplateSync,
  type RegistryClient,
  type SyncReport,
  tellResult,
} from "@nofx/sync";

export interface Counts {
  /** Agents, or templates. */
  readonly shipped: number;
  readonly versions: number;
  readonly created: number;
}

const publicly = { visibility: "public" } as const;

/** @throws Error that names what is wrong. */
const countsOf = ({ results, summary }: SyncReport): Counts => {
  const failed = results.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) throw new Error(failed.map(tellResult).join("\n"));
  const shipped = new Set(results.map(({ item }) => item.id)).size;
  return { shipped, versions: results.length, created: summary.created };
};

/**
 * Publishes a directory's agents through the public API, for everybody to read: all of them, or an error that names
 * what is wrong. What is published already stays as it is.
 */
export const shipAgents = async (client: RegistryClient, directory: string): Promise<Counts> =>
  countsOf(await applySync(client, await planSync(client, directory, publicly)));

/** Publishes a directory's templates likewise. */
export const shipTemplates = async (client: MarketplaceClient, directory: string): Promise<Counts> =>
  countsOf(await applyTemplateSync(client, await planTemplateSync(client, directory, publicly)));
