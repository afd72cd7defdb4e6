import { randomBytes } from "node:crypto";
import { createClient, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { asRole, migrateUp, provisionRole } from "@nofx/db-kit";
import { startThrowaway } from "@nofx/db-kit/embedded";
import { marketplaceTrack } from "@nofx/marketplace/track";
import { registryTrack } from "@nofx/registry/track";
import { searchTrack } from "@nofx/search/track";
import type { Processes } from "./capacity-cpu.ts";
import { startMarketplaceProcess, startRegistryProcess, startSearchProcess } from "./children.ts";
import type { RegistryClient } from "./content.ts";
import type { Target } from "./subjects.ts";

/** The whole control plane, each part a process of its own. */
export interface CapacityStage {
  readonly processes: Processes;
  readonly registry: Target;
  readonly marketplace: Target;
  readonly search: Target;
  readonly publisher: RegistryClient;
  readonly templates: ReturnType<typeof templatesClient>;
  /** Of the account that owns everything. */
  readonly adminUrl: string;
}

const tracks = { registry: registryTrack, marketplace: marketplaceTrack, search: searchTrack };
/** As in production: a commit is on disk before it is answered. */
const durable = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };
const secret = (): string => randomBytes(24).toString("hex");
const tenant = "bench";

const templatesClient = (baseUrl: string, token: string) =>
  createClient(marketplaceContract, { baseUrl, token, retries: 0 });

/** Starts PostgreSQL, the three services and a tenant. What was started is on the stack, also on failure. */
export const startCapacityStage = async (stack: AsyncDisposableStack): Promise<CapacityStage> => {
  const server = await startThrowaway(durable);
  stack.defer(server.stop);
  const password = secret();
  for (const track of Object.values(tracks)) {
    await provisionRole(server.url, { role: track.role, password, schema: track.schema });
    await migrateUp(server.url, track);
  }
  const envOf = (track: (typeof tracks)[keyof typeof tracks]) => ({
    DATABASE_URL: asRole(server.url, track.role, password),
    WRITES_PER_MINUTE_MAX: "0",
  });
  const bootstrapToken = secret();
  const registry = await startRegistryProcess({ ...envOf(registryTrack), BOOTSTRAP_TOKEN: bootstrapToken });
  stack.defer(registry.stop);
  const operator = createClient(registryContract, { baseUrl: registry.url, token: bootstrapToken, retries: 0 });
  await unwrap(operator.createTenant({ body: { id: tenant, name: "Capacity" } }));
  const issue = async (role: "viewer" | "publisher", kind: "member" | "service"): Promise<string> =>
    (await unwrap(operator.createToken({ body: { name: `${role}-${kind}`, role, tenant, kind } }))).secret;
  const service = await issue("viewer", "service");
  const peers = { REGISTRY_URL: registry.url };
  const marketplace = await startMarketplaceProcess({ ...envOf(marketplaceTrack), ...peers, REGISTRY_TOKEN: service });
  stack.defer(marketplace.stop);
  const all = { ...peers, MARKETPLACE_URL: marketplace.url, SERVICE_TOKEN: service };
  const search = await startSearchProcess({ ...envOf(searchTrack), ...all });
  stack.defer(search.stop);
  const token = await issue("publisher", "member");
  const headers = { authorization: `Bearer ${token}` };
  return {
    processes: { registry: registry.pid, marketplace: marketplace.pid, search: search.pid, postgres: server.pid },
    registry: { url: registry.url, headers },
    marketplace: { url: marketplace.url, headers },
    search: { url: search.url, headers },
    publisher: createClient(registryContract, { baseUrl: registry.url, token, retries: 0 }),
    templates: templatesClient(marketplace.url, token),
    adminUrl: server.url,
  };
};
