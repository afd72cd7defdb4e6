import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { indexed, stateOf, untilBuilt } from "./index-state.ts";
import { world } from "./world.ts";

it("follows both registries with the token of their configuration, which nobody issued", async () => {
  const token = "service-token-of-the-configuration-0123";
  const access = { registryEnv: { SERVICE_TOKEN: token }, env: { SERVICE_TOKEN: token } };
  const here = await world(access);
  const alice = await here.person("publisher");
  await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "greeter" }) }));
  await untilBuilt(here);
  const found = await unwrap(alice.search.unifiedSearch({ q: "greeter" }));
  expect(found.hits).toMatchObject([{ id: "greeter" }]);
  const { sources } = await stateOf(here);
  expect(sources.map(({ reachable }) => reachable)).toEqual([true, true]);
});
