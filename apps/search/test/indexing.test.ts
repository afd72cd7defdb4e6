import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { prompt, workflow } from "../../marketplace/test/templates.ts";
import { changeOf, indexed, recordsOf, stateOf, untilBuilt, untilState } from "./index-state.ts";
import { world } from "./world.ts";

describe("what is published", () => {
  it("is in the index with its change: agents and templates, private ones too, at their last state", async () => {
    const here = await world();
    const alice = await here.person("publisher", "acme");
    await indexed(here, await alice.registry.publishAgent({ body: manifest() }));
    await indexed(here, await alice.registry.publishAgent({ body: manifest({ version: "1.1.0", name: "Host" }) }));
    await indexed(here, await alice.marketplace.publishTemplate({ body: prompt({ templateId: "coach" }) }));
    expect(await recordsOf(here)).toEqual(["agent:acme/greeter", "template:acme/coach"]);
    const [greeter] = await here.database.query<{ record: object; visibility: string }>(
      "SELECT record, visibility FROM search.records WHERE type = 'agent'",
    );
    expect(greeter).toMatchObject({ record: { name: "Host", currentVersion: "1.1.0" }, visibility: "private" });
    await untilState(here, { documents: 2, quarantined: 0 });
  });

  it("before search was there is listed, and answered for as contained once it is old enough", async () => {
    const here = await world();
    const alice = await here.person("publisher");
    for (const agentId of ["one", "two", "three"]) await alice.registry.publishAgent({ body: manifest({ agentId }) });
    await untilBuilt(here);
    await untilState(here, { documents: 3 });
    const longAgo = "01890a5d-ac96-774b-bcce-b302099a8057";
    await expect.poll(() => here.deps.index.contains(longAgo, 0), { timeout: 10_000 }).toBe(true);
  });
});

describe("read your writes", () => {
  it("waits no longer than it is told, and not for what never happened", async () => {
    const here = await world();
    await untilBuilt(here);
    const at = performance.now();
    expect(await here.deps.index.contains("019f0000-0000-7000-8000-000000000000", 300)).toBe(false);
    expect(performance.now() - at).toBeGreaterThan(250);
    expect(await here.deps.index.contains("01890a5d-ac96-474b-8cce-b302099a8057", 0)).toBe(false);
    const leaving = AbortSignal.timeout(100);
    expect(await here.deps.index.contains("019f0000-0000-7000-8000-000000000000", 60_000, leaving)).toBe(false);
  });

  it("works in every process, whichever follows the sources", async () => {
    const here = await world();
    const other = await here.replica();
    const alice = await here.person("publisher");
    const published = Array.from({ length: 20 }, (_, n) =>
      alice.registry.publishAgent({ body: manifest({ agentId: `agent-${n}` }) }),
    );
    for (const { deps } of [here, other]) {
      const found = published.map(async (each) => deps.index.contains(changeOf(await each), 15_000));
      expect(await Promise.all(found)).toEqual(Array(20).fill(true));
    }
    expect(await other.deps.index.generation()).toBe(1);
  });
});

it("a change of a category is in the index when everything below it is", async () => {
  const here = await world();
  const alice = await here.person("publisher");
  const operator = here.marketplace.client("operator-token-for-tests-0123456789abcdef");
  for (const [categoryId, body] of [
    ["engineering", { name: "Engineering" }],
    ["release", { name: "Release", parent: "engineering" }],
  ] as const)
    await unwrap(operator.putCategory({ categoryId, body }));
  const templates = ["one", "two"].map((templateId) => workflow({ templateId, category: "release" }));
  for (const body of templates) await indexed(here, await alice.marketplace.publishTemplate({ body }));
  const below = async () =>
    await here.database.query("SELECT id, category FROM search.record_categories ORDER BY category, id");
  expect(await below()).toHaveLength(4);
  const moved = await operator.putCategory({ categoryId: "release", body: { name: "Release" } });
  await indexed(here, moved);
  expect(await below()).toEqual([
    { id: "one", category: "release" },
    { id: "two", category: "release" },
  ]);
});

it("tells how far it has come with either source", async () => {
  const here = await world();
  await untilBuilt(here);
  await expect.poll(async () => (await here.deps.index.sources()).stale, { timeout: 10_000 }).toBe(false);
  const { sources } = await here.deps.index.sources();
  expect(sources).toEqual([
    { source: "registry", reachable: true, seenAt: expect.any(String) },
    { source: "marketplace", reachable: true, seenAt: expect.any(String) },
  ]);
  const { sources: followed } = await stateOf(here);
  expect(followed.map(({ cursor }) => cursor)).toEqual([expect.stringContaining(":"), expect.stringContaining(":")]);
});
