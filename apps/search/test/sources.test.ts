import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { prompt } from "../../marketplace/test/templates.ts";
import { indexed, recordsOf, stateOf, untilBuilt, untilState } from "./index-state.ts";
import { meddling } from "./meddling.ts";
import { world } from "./world.ts";

it("a source that is away does not keep the other from being followed, and is caught up with when it is back", async () => {
  const registry = meddling();
  const here = await world({ fetchRegistry: registry.wrap });
  await untilBuilt(here);
  const alice = await here.person("publisher", "acme");
  registry.isDown = true;
  const missed = await alice.registry.publishAgent({ body: manifest() });
  await indexed(here, await alice.marketplace.publishTemplate({ body: prompt() }));
  expect(await recordsOf(here)).toEqual(["template:acme/coach"]);
  await untilState(here, {
    sources: [
      { source: "registry", reachable: false, error: "fetch failed" },
      { source: "marketplace", reachable: true },
    ],
  });
  await expect.poll(async () => (await here.deps.index.sources()).stale, { timeout: 20_000 }).toBe(true);
  expect(await here.metrics()).toMatch(/nofx_search_source_reachable\{source="registry".*\} 0/);
  registry.isDown = false;
  await indexed(here, missed);
  await untilState(here, { documents: 2, sources: [{ reachable: true }, { reachable: true }] });
  await expect.poll(async () => (await here.deps.index.sources()).stale).toBe(false);
});

it("an index whose first build cannot be finished holds what can be reached", async () => {
  const registry = meddling();
  registry.isDown = true;
  const here = await world({ fetchRegistry: registry.wrap });
  await untilState(here, { sources: [{ reachable: false }, { cursor: expect.any(String) }] });
  const alice = await here.person("publisher");
  await indexed(here, await alice.marketplace.publishTemplate({ body: prompt() }));
  await untilState(here, { generation: 1, documents: 1, rebuild: { generation: 1, reason: "The first index" } });
  expect((await here.deps.index.sources()).stale).toBe(true);
  registry.isDown = false;
  await untilBuilt(here);
});

it("a feed whose cursors are void is read anew into an index beside, for a reason that is told", async () => {
  const here = await world();
  const alice = await here.person("publisher", "acme");
  await indexed(here, await alice.registry.publishAgent({ body: manifest() }));
  await untilBuilt(here);
  const operator = here.registry.client("operator-token-for-tests-0123456789abcdef");
  await unwrap(operator.renewFeedEpoch({ body: { reason: "Restored" } }));
  await untilBuilt(here, 2);
  const reasons = await here.database.query("SELECT reason FROM search.generations ORDER BY generation");
  expect(reasons).toEqual([
    { reason: "The first index" },
    { reason: "The registry cannot be followed on: The cursor is from before a restore." },
  ]);
  await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "later" }) }));
  expect(await recordsOf(here)).toEqual(["agent:acme/greeter", "agent:acme/later"]);
  await untilState(here, { documents: 2 });
});

it("an answer that fails as a whole is the source's failure: nothing is put aside, nothing is lost", async () => {
  const registry = meddling();
  const here = await world({ fetchRegistry: registry.wrap });
  await untilBuilt(here);
  registry.before = (path) => (path.startsWith("/api/records/") ? new Response("", { status: 500 }) : undefined);
  const alice = await here.person("publisher");
  const published = await alice.registry.publishAgent({ body: manifest() });
  await untilState(here, { sources: [{ reachable: false, error: "answered 500" }, { reachable: true }] });
  expect((await stateOf(here)).quarantined).toBe(0);
  registry.before = () => undefined;
  await indexed(here, published);
});
