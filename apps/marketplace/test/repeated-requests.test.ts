import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { planned, publishAgent } from "./agents.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";

const address = { templateId: "release-notes", version: "1.0.0" };
const options = { idempotencyKey: "k" };

const writes: Record<
  string,
  (client: MarketplaceClient) => Promise<{ ok: boolean; status: number; headers: Headers }>
> = {
  lockTemplateVersion: (client) => client.lockTemplateVersion({ ...address, body: {} }, options),
  testTemplateVersion: (client) => client.testTemplateVersion(address, options),
  publishTemplate: (client) => client.publishTemplate({ body: planned() }, options),
};

describe.each(Object.entries(writes))("%s again while the registry is down", (_name, write) => {
  let isDown: boolean;
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    isDown = false;
    const fetchRegistry =
      (registry: typeof fetch): typeof fetch =>
      (input, init) =>
        isDown ? Promise.reject(new TypeError("fetch failed")) : registry(input, init);
    world = await marketplace({}, { fetchRegistry });
    const acme = await world.person("publisher", "acme");
    alice = world.as(acme);
    for (const agentId of ["collector", "editor"]) await publishAgent(world, acme, agentId, "1.0.0");
    await unwrap(alice.publishTemplate({ body: planned() }));
  });

  it("is given its first answer, as long as it is known whose the token is", async () => {
    const first = await write(alice);
    isDown = true;
    const again = await write(alice);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again).toMatchObject({ ok: true, status: first.status, body: (first as { body?: object }).body });
  });

  it("503 unavailable when nobody knows whose the token is: not even the first answer is told to just anybody", async () => {
    await write(alice);
    isDown = true;
    world.deps.authenticate.forget();
    expect(await write(alice)).toBeProblem(503, "unavailable");
    isDown = false;
    expect((await write(alice)).headers.get("idempotency-replayed")).toBe("true");
  });
});
