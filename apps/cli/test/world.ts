import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, unwrap } from "@nofx/client";
import type { Contract } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import * as marketplace from "@nofx/marketplace";
import * as registry from "@nofx/registry";
import * as search from "@nofx/search";
import { cloneDatabase, prepareTemplate, type TestTrack } from "@nofx/testkit";
import { deviceClient, startProvider } from "./provider.ts";

const operatorToken = "operator-token-for-tests-0123456789abcdef";

/** A control plane, and who may do everything there. */
export interface World {
  readonly origin: string;
  readonly operatorToken: string;
  /** An OpenID provider that the registry trusts; its people belong to the tenant `people`. */
  readonly issuer: string;
}

export type Ends = (() => Promise<unknown>)[];

const databaseOf = async (serverUrl: string, track: TestTrack, ends: Ends): Promise<string> => {
  const database = await cloneDatabase(serverUrl, await prepareTemplate(serverUrl, track), track.role);
  ends.push(database.drop);
  return database.url;
};

/** Whether a request is for an operation of the contract. */
const answers = ({ operations }: Contract): ((url: string) => boolean) => {
  const paths = Object.values(operations).map(({ path }) => {
    const pattern = path
      .replace(/[.]/g, "\\.")
      .replace(/\{\w+\+\}/g, ".+")
      .replace(/\{\w+\}/g, "[^/]+");
    return new RegExp(`^${pattern}$`);
  });
  return (url) => paths.some((path) => path.test(url.split("?")[0] ?? ""));
};

/** One origin for all services: a request goes to the first whose contract has it. */
const openOrigin = async (
  routes: readonly { readonly contract: Contract; readonly handle: RequestListener }[],
  ends: Ends,
): Promise<string> => {
  const table = routes.map(({ contract, handle }) => ({ isFor: answers(contract), handle }));
  const server = createServer((request, response) => {
    const route = table.find(({ isFor }) => isFor(request.url ?? "")) ?? table.at(-1);
    route?.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const serviceTokenOf = async (registryUrl: string): Promise<string> => {
  const operator = createClient(registryContract, { baseUrl: registryUrl, token: operatorToken });
  await unwrap(operator.createTenant({ body: { id: "services", name: "Services" } }));
  const order = { name: "services", tenant: "services", role: "viewer", kind: "service" } as const;
  return (await unwrap(operator.createToken({ body: order }))).secret;
};

const start = async (serverUrl: string, ends: Ends): Promise<World> => {
  const issuer = await startProvider(ends);
  const usual = { PORT: "0", WRITES_PER_MINUTE_MAX: "0", LOG_FILE: "/dev/null" };
  const startedRegistry = await registry.startRegistry(
    registry.readEnv({
      ...usual,
      DATABASE_URL: await databaseOf(serverUrl, registry.registryTrack, ends),
      BOOTSTRAP_TOKEN: operatorToken,
      OIDC_ISSUERS: JSON.stringify([{ issuer, audience: deviceClient, tenant: "people", defaultRole: "publisher" }]),
    }),
  );
  ends.push(startedRegistry.stop);
  const token = await serviceTokenOf(startedRegistry.url);
  const startedMarketplace = await marketplace.startMarketplace(
    marketplace.readEnv({
      ...usual,
      DATABASE_URL: await databaseOf(serverUrl, marketplace.marketplaceTrack, ends),
      REGISTRY_URL: startedRegistry.url,
      REGISTRY_TOKEN: token,
    }),
  );
  ends.push(startedMarketplace.stop);
  const startedSearch = await search.startSearch(
    search.readEnv({
      ...usual,
      DATABASE_URL: await databaseOf(serverUrl, search.searchTrack, ends),
      REGISTRY_URL: startedRegistry.url,
      MARKETPLACE_URL: startedMarketplace.url,
      SERVICE_TOKEN: token,
    }),
  );
  ends.push(startedSearch.stop);
  const origin = await openOrigin(
    [
      { contract: searchContract, handle: startedSearch.service.fastify.routing },
      { contract: marketplaceContract, handle: startedMarketplace.service.fastify.routing },
      { contract: registryContract, handle: startedRegistry.service.fastify.routing },
    ],
    ends,
  );
  return { origin, operatorToken, issuer };
};

/** Starts all three services behind one origin, on databases of their own. What began is ended, also if the rest fails. */
export const startWorld = async (serverUrl: string): Promise<World & { stop(): Promise<void> }> => {
  const ends: Ends = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await start(serverUrl, ends)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
