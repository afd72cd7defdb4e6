import { createClient } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import { askOnce } from "@nofx/db-kit";
import type { EmbeddedServer } from "@nofx/db-kit/embedded";
import { adminUrlOf } from "../cluster.ts";
import { envOf, issueTokens, type ServiceName, type ServiceProcess, startProcess } from "./processes.ts";

/** Clients of the three services, as one person, without retries. */
export const clientsOf = (urls: Readonly<Record<ServiceName, string>>, token: string) => {
  const options = { token, retries: 0, timeoutMs: 60_000 };
  return {
    registry: createClient(registryContract, { baseUrl: urls.registry, ...options }),
    marketplace: createClient(marketplaceContract, { baseUrl: urls.marketplace, ...options }),
    search: createClient(searchContract, { baseUrl: urls.search, ...options }),
  };
};

export type Clients = ReturnType<typeof clientsOf>;

export interface Tokens {
  readonly publisher: string;
  readonly service: string;
}

/** The three services as processes on a server. */
export interface Plane {
  readonly tokens: Tokens;
  readonly clients: Clients;
  stop(): Promise<void>;
}

/** Starts them; with the tokens of before, if the database knows them already. */
export const startPlane = async (server: EmbeddedServer, known?: Tokens): Promise<Plane> => {
  const running: ServiceProcess[] = [];
  const urls: Record<ServiceName, string> = { registry: "", marketplace: "", search: "" };
  const stop = async (): Promise<void> => {
    for (const process of running.splice(0).reverse()) await process.stop();
  };
  const start = async (name: ServiceName, serviceToken: string): Promise<void> => {
    const process = await startProcess(name, envOf(name, server, { urls, serviceToken }));
    running.push(process);
    urls[name] = process.url;
  };
  try {
    await start("registry", known?.service ?? "");
    const tokens = known ?? (await issueTokens(urls.registry));
    await start("marketplace", tokens.service);
    await start("search", tokens.service);
    return { tokens, clients: clientsOf(urls, tokens.publisher), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Ids of what search knows, with the version that is current, as `type id version`. */
export const searchable = async (server: EmbeddedServer): Promise<string[]> => {
  const rows = await askOnce<{ line: string }>(
    adminUrlOf(server),
    "SELECT concat_ws(' ', type, id, record -> 'currentVersion' #>> '{}') AS line FROM search.records",
  );
  return rows.map(({ line }) => line).sort();
};
