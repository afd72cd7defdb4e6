import { parseQuery } from "@nofx/search-core";
import { manifest } from "@nofx/testkit";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { indexed, quarantinedIn, untilBuilt } from "./index-state.ts";
import { Failure } from "./opensearch/failure.ts";
import { doubleAccess, startDouble } from "./opensearch/opensearch-double.ts";
import { type World, world } from "./world.ts";

/** All three services, search with OpenSearch. */
const opensearchWorld = async () => {
  const double = await startDouble();
  onTestFinished(() => double.stop());
  const { username: OPENSEARCH_USERNAME, password: OPENSEARCH_PASSWORD } = doubleAccess;
  const env = { ENGINE: "opensearch", OPENSEARCH_URL: double.url, OPENSEARCH_USERNAME, OPENSEARCH_PASSWORD };
  const here = await world({ env });
  await untilBuilt(here);
  return { double, here, alice: await here.person("publisher", "acme") };
};

const foundIn = async ({ deps }: World): Promise<string[]> => {
  const { found } = await deps.engine.search(await deps.index.generation(), {
    viewer: { tenantId: "", seesAll: true },
    query: parseQuery(""),
    sort: "name",
    facets: [],
    explain: false,
    limit: 20,
    after: undefined,
  });
  return found.map(({ document }) => document.id);
};

describe("the index in OpenSearch", () => {
  it("has what was published once its change is in the index", async () => {
    const { here, alice } = await opensearchWorld();
    await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "one" }) }));
    expect(await foundIn(here)).toEqual(["one"]);
  });

  it("misses nothing of what came while OpenSearch was failing, and puts nothing aside for it", async () => {
    const { double, here, alice } = await opensearchWorld();
    double.failing = new Failure(503, "cluster_block_exception", "no master");
    const published = await alice.registry.publishAgent({ body: manifest({ agentId: "late" }) });
    const before = double.calls.length;
    await vi.waitUntil(() => double.calls.slice(before).some((call) => call.includes("_bulk")), 10_000);
    double.failing = undefined;
    await vi.waitFor(async () => expect(await foundIn(here)).toEqual(["late"]), 10_000);
    await indexed(here, published);
    expect(await quarantinedIn(here)).toEqual([]);
  });

  it("puts aside what OpenSearch refuses, and goes on", async () => {
    const { double, here, alice } = await opensearchWorld();
    double.refused.add("agent:acme/poison");
    for (const agentId of ["poison", "good"]) {
      await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId }) }));
    }
    expect(await foundIn(here)).toEqual(["good"]);
    expect(await quarantinedIn(here)).toMatchObject([{ id: "poison" }]);
  });

  it("200, then 503 with Retry-After while OpenSearch is away, first pages and further ones", async () => {
    const { double, here, alice } = await opensearchWorld();
    for (const agentId of ["reviewer-one", "reviewer-two"]) {
      await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId }) }));
    }
    const query = { q: "reveiwer", limit: 1, tenant: "acme", facets: "type" } as const;
    const first = await alice.search.unifiedSearch(query);
    expect(first).toMatchObject({
      status: 200,
      body: {
        total: { value: 2, relation: "eq" },
        didYouMean: "reviewer",
        facets: { type: [{ value: "agent", count: 2 }] },
      },
    });
    const cursor = first.ok ? first.body.nextCursor : undefined;
    const second = await alice.search.unifiedSearch({ ...query, ...(cursor !== undefined && { cursor }) });
    expect(second).toMatchObject({ status: 200, body: { hits: [{ id: "reviewer-two" }] } });
    await double.stop();
    for (const asked of [query, ...(cursor === undefined ? [] : [{ ...query, cursor }])]) {
      const answer = await alice.search.unifiedSearch(asked);
      expect(answer).toBeProblem(503, "unavailable");
      expect(answer.headers.get("retry-after")).toBe("2");
    }
    expect(await alice.search.suggestSearch({ q: "review" })).toBeProblem(503, "unavailable");
    await double.resume();
    expect((await alice.search.suggestSearch({ q: "review" })).status).toBe(200);
  });
});
