import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { prompt } from "../../marketplace/test/templates.ts";
import { expectRebuildToBeEqual } from "./equals-rebuild.ts";
import { indexed, recordsOf, stateOf, untilBuilt } from "./index-state.ts";
import { stoppableRegistry } from "./stoppable-registry.ts";
import { worldAround } from "./world.ts";

it("a registry that was stopped while the marketplace published is followed on when it is back: nothing is lost", async () => {
  const registry = await stoppableRegistry();
  const here = await worldAround(registry);
  const alice = await here.person("publisher", "acme");
  const healthIs = (expected: object) =>
    expect.poll(async () => await unwrap(alice.search.getSystemHealth()), { timeout: 15_000 }).toMatchObject(expected);
  await untilBuilt(here);
  await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "before" }) }));
  await indexed(here, await alice.marketplace.publishTemplate({ body: prompt({ templateId: "before" }) }));
  await healthIs({ status: "ok", details: "full" });
  await Promise.all(
    ["last-one", "last-two"].map((agentId) =>
      alice.registry.publishAgent({ body: manifest({ agentId }) }).then(unwrap),
    ),
  );
  // Nobody waits for the index: some of what the registry told last may not have been read yet.
  await registry.stop();
  for (const templateId of ["during-one", "during-two", "during-three"]) {
    await indexed(here, await alice.marketplace.publishTemplate({ body: prompt({ templateId }) }));
  }
  const found = await unwrap(alice.search.unifiedSearch({ q: "during", type: ["template"] }));
  expect(found).toMatchObject({ total: { value: 3 } });
  await healthIs({
    status: "degraded",
    services: [{ name: "registry", status: "failed" }, { status: "ok" }, { status: "ok" }],
    index: { feeds: [{ source: "registry", reachable: false }, { reachable: true }] },
  });
  const freshness = async () => (await unwrap(here.anonymous.unifiedSearch({ q: "greets" }))).freshness;
  await expect.poll(freshness, { timeout: 20_000 }).toMatchObject({
    stale: true,
    sources: [
      { source: "registry", reachable: false },
      { source: "marketplace", reachable: true },
    ],
  });
  await registry.start();
  await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "after" }) }));
  await expect.poll(freshness, { timeout: 10_000 }).toMatchObject({ stale: false, sources: [{ reachable: true }, {}] });
  await healthIs({ status: "ok" });
  expect(await recordsOf(here)).toEqual([
    ...["after", "before", "last-one", "last-two"].map((id) => `agent:acme/${id}`),
    ...["before", "during-one", "during-three", "during-two"].map((id) => `template:acme/${id}`),
  ]);
  expect(await stateOf(here)).toMatchObject({ generation: 1, documents: 8, quarantined: 0 });
  expect(await expectRebuildToBeEqual(here)).toBeGreaterThan(8);
}, 90_000);
