import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import * as marketplace from "@nofx/marketplace";
import * as registry from "@nofx/registry";
import * as search from "@nofx/search";
import { testService } from "@nofx/testkit/service";

const operatorToken = "operator-token-for-tests-0123456789abcdef";

/** All services at one address, and a publisher's token. */
export interface Stack {
  readonly origin: string;
  readonly token: string;
}

type Finished = (end: () => Promise<void>) => void;

/** One origin for all services, as far as examples ask them. */
const oneOrigin = async (prefixes: Readonly<Record<string, string>>, other: string, finished: Finished) => {
  const server = createServer((asked, answered) => {
    const found = Object.keys(prefixes).find((prefix) => asked.url?.startsWith(prefix));
    const base = (found && prefixes[found]) ?? other;
    const { method, headers } = asked;
    const passed = request(new URL(asked.url ?? "/", base), { method, headers }, (answer) => {
      answered.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(answered);
    });
    passed.on("error", () => answered.destroy());
    answered.on("close", () => passed.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  finished(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Starts registry, marketplace and search with databases of their own, listening on sockets. */
export const startStack = async (finished: Finished): Promise<Stack> => {
  const limits = { WRITES_PER_MINUTE_MAX: "0" };
  const agents = await testService(
    {
      contract: registryContract,
      track: registry.registryTrack,
      createDeps: (DATABASE_URL, log) =>
        registry.createDeps(registry.readEnv({ DATABASE_URL, BOOTSTRAP_TOKEN: operatorToken, ...limits }), { log }),
      buildApp: registry.buildApp,
    },
    { finished },
  );
  const REGISTRY_URL = await agents.listen();
  const operator = agents.client(operatorToken);
  const issue = async (tenant: string, role: "publisher" | "viewer", kind: "member" | "service"): Promise<string> => {
    await unwrap(operator.createTenant({ body: { id: tenant, name: tenant } }));
    return (await unwrap(operator.createToken({ body: { name: role, tenant, role, kind } }))).secret;
  };
  const serviceToken = await issue("services", "viewer", "service");
  const templates = await testService(
    {
      contract: marketplaceContract,
      track: marketplace.marketplaceTrack,
      createDeps: (DATABASE_URL, log) => {
        const env = { DATABASE_URL, REGISTRY_URL, REGISTRY_TOKEN: serviceToken, ...limits };
        return marketplace.createDeps(marketplace.readEnv(env), { log });
      },
      buildApp: marketplace.buildApp,
    },
    { finished },
  );
  const MARKETPLACE_URL = await templates.listen();
  const found = await testService(
    {
      contract: searchContract,
      track: search.searchTrack,
      createDeps: (DATABASE_URL, log) => {
        const env = { DATABASE_URL, REGISTRY_URL, MARKETPLACE_URL, SERVICE_TOKEN: serviceToken, ...limits };
        return search.createDeps(search.readEnv(env), { log });
      },
      buildApp: search.buildApp,
    },
    { finished },
  );
  const prefixes = { "/api/search": await found.listen(), "/api/templates": MARKETPLACE_URL };
  return {
    origin: await oneOrigin(prefixes, REGISTRY_URL, finished),
    token: await issue("acme", "publisher", "member"),
  };
};
