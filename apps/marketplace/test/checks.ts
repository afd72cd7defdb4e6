import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { breakable, planned, publishAgent } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";

/** A marketplace that checks what is published, beside a registry with the agents of `planned`. */
export interface CheckedMarketplace {
  readonly world: TestMarketplace;
  readonly acme: Person;
  /** Publisher and administrator of one tenant. */
  readonly alice: MarketplaceClient;
  readonly admin: MarketplaceClient;
  /** Whether agents can be looked up. */
  readonly state: ReturnType<typeof breakable>["state"];
  /** How often agents were looked up. */
  readonly asked: () => number;
}

export const checkedMarketplace = async (
  policy: "enforce" | "warn" | "off" = "enforce",
): Promise<CheckedMarketplace> => {
  const { state, fetchRegistry } = breakable();
  let calls = 0;
  const counting: typeof fetchRegistry = (registry) => {
    const broken = fetchRegistry(registry);
    return (input, init) => {
      if (String(input).includes("/candidates")) calls += 1;
      return broken(input, init);
    };
  };
  const world = await marketplace({ PUBLISH_CHECKS_DEFAULT: policy }, { fetchRegistry: counting });
  const acme = await world.person("publisher", "acme");
  for (const agentId of ["collector", "editor"]) await publishAgent(world, acme, agentId, "1.0.0");
  const admin = world.as(await world.person("admin", "acme"));
  return { world, acme, alice: world.as(acme), admin, state, asked: () => calls };
};

export const fine = { name: "fine", variables: { since: "v1" } };
/** Expects another agent's work in the first step. */
export const wrong = {
  name: "wrong",
  variables: { since: "v1" },
  plan: [
    { path: "$.steps[0].id", equals: "collect" },
    { path: "$.steps[0].agent.agentId", equals: "editor" },
  ],
};

/** Wants versions that there are, and has a test that passes. */
export const sound = (overrides: Parameters<typeof planned>[1] = {}) => planned({ tests: [fine] }, overrides);
/** Wants versions that there are, and has a test that fails. */
export const failing = (overrides: Parameters<typeof planned>[1] = {}) => planned({ tests: [fine, wrong] }, overrides);
/** Wants an agent that nobody has. */
export const unmet = (overrides: Parameters<typeof planned>[1] = {}) =>
  planned({ dependencies: { agents: { nobody: "^1.0.0" } } }, overrides);

/** Puts a real socket between the marketplace and the registry, and can close it. */
export const onSocket = () => {
  const stops: (() => void)[] = [];
  const fetchRegistry =
    (registry: typeof fetch): typeof fetch =>
    async (input, init) => {
      const { pathname, search } = new URL(String(input));
      const port = await opened(registry);
      return await fetch(`http://127.0.0.1:${port}${pathname}${search}`, init);
    };
  let opening: Promise<number> | undefined;
  const opened = (registry: typeof fetch): Promise<number> => {
    opening ??= new Promise((resolve) => {
      const server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const headers = new Headers(
          Object.entries(request.headers).flatMap(([name, value]) =>
            typeof value === "string" ? [[name, value]] : [],
          ),
        );
        const answer = await registry(`http://registry.test${request.url}`, {
          method: request.method ?? "GET",
          headers,
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        });
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
      stops.push(() => {
        server.close();
        server.closeAllConnections();
      });
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    });
    return opening;
  };
  return {
    fetchRegistry,
    stop: () => {
      for (const stop of stops) stop();
    },
  };
};
