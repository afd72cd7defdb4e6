import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { expectRebuildToBeEqual } from "./equals-rebuild.ts";
import { changeOf, indexed, stateOf, untilBuilt, untilState } from "./index-state.ts";
import { meddling } from "./meddling.ts";
import { doubleAccess, startDouble } from "./opensearch/opensearch-double.ts";
import { type World, world } from "./world.ts";

const inOpensearch = (url: string, prefix = "nofx-search") => ({
  ENGINE: "opensearch",
  OPENSEARCH_URL: url,
  OPENSEARCH_USERNAME: doubleAccess.username,
  OPENSEARCH_PASSWORD: doubleAccess.password,
  OPENSEARCH_INDEX_PREFIX: prefix,
});

const startOpensearch = async () => {
  const double = await startDouble();
  onTestFinished(() => double.stop());
  return double;
};

const published = async (here: World, ...ids: readonly string[]) => {
  const { registry } = await here.person("publisher", "acme");
  const changes = ids.map((agentId) =>
    registry.publishAgent({ body: manifest({ agentId, name: agentId }), visibility: "public" }),
  );
  return await Promise.all(changes);
};

const found = async ({ anonymous }: Pick<World, "anonymous">): Promise<string[]> =>
  (await unwrap(anonymous.unifiedSearch({ sort: "name" }))).hits.map(({ id }) => id);

const reasonOf = async ({ database }: World) =>
  (await database.query<{ reason: string }>("SELECT reason FROM search.generations WHERE is_current"))[0]?.reason;

describe("an index that the engine does not have", () => {
  it.each([
    ["from PostgreSQL to OpenSearch", () => ({}), inOpensearch],
    ["from OpenSearch to PostgreSQL", inOpensearch, () => ({})],
    ["to another OPENSEARCH_INDEX_PREFIX", inOpensearch, (url: string) => inOpensearch(url, "another")],
  ])(
    "since the service was started anew, %s, is built by itself",
    async (_, before, after) => {
      const double = await startOpensearch();
      const registry = meddling();
      const here = await world({ env: before(double.url), fetchRegistry: registry.wrap });
      await untilBuilt(here);
      for (const change of await published(here, "one", "two")) await indexed(here, change);
      await here.deps.keeping.stop();
      const [missed] = await published(here, "three");
      // So what is searched meanwhile can be seen.
      registry.before = (path, sent) =>
        path === "/api/records/agents" && sent === "" ? new Response("", { status: 503 }) : undefined;
      const other = await here.replica(after(double.url));
      const operator = other.client("operator-token-for-tests-0123456789abcdef");
      const anonymous = other.client();
      await untilState({ deps: other.deps, operator }, { generation: 2, rebuild: { generation: 2 } });
      await expect
        .poll(async () => await anonymous.unifiedSearch({}))
        .toMatchObject({ status: 200, body: { freshness: { stale: true } } });
      const health = await unwrap(operator.getSystemHealth());
      expect(health.index).toMatchObject({ status: "stale", rebuilding: true });
      registry.before = () => undefined;
      await untilBuilt({ deps: other.deps, operator }, 2);
      expect(await reasonOf(here)).toBe("The search engine does not have generation 1");
      if (missed) await indexed(other, missed);
      expect(await found({ anonymous })).toEqual(["one", "three", "two"]);
      await untilState({ deps: other.deps, operator }, { documents: 3, quarantined: 0 });
    },
    60_000,
  );

  it("any more, is built anew while the service runs: until then searches are 503, afterwards nothing is missing", async () => {
    const double = await startOpensearch();
    const here = await world({ env: inOpensearch(double.url) });
    await untilBuilt(here);
    for (const change of await published(here, "one", "two")) await indexed(here, change);
    const auth = Buffer.from(`${doubleAccess.username}:${doubleAccess.password}`).toString("base64");
    await fetch(`${double.url}/nofx-search-1`, { method: "DELETE", headers: { authorization: `Basic ${auth}` } });
    const answered = await here.anonymous.unifiedSearch({});
    if (!answered.ok) expect(answered).toBeProblem(503, "unavailable");
    await untilBuilt(here, 2);
    await expect.poll(() => found(here)).toEqual(["one", "two"]);
    for (const change of await published(here, "three")) await indexed(here, change);
    expect(await found(here)).toEqual(["one", "three", "two"]);
  }, 60_000);

  it("in PostgreSQL is told of as 503 with Retry-After, and never as a fault", async () => {
    const here = await world();
    await untilBuilt(here);
    await here.deps.keeping.stop();
    await here.database.query("SET app.role = 'service'; SELECT search.index_drop(1)");
    for (const attempt of [
      await here.anonymous.unifiedSearch({ q: "greeter" }),
      await here.anonymous.suggestSearch({ q: "greeter" }),
    ]) {
      expect(attempt).toBeProblem(503, "unavailable");
      expect(attempt.headers.get("retry-after")).toBe("2");
    }
    expect((await unwrap(here.operator.getSystemHealth())).index).toMatchObject({ status: "failed" });
    await here.replica();
    await untilBuilt(here, 2);
    expect(await expectRebuildToBeEqual(here)).toBe(0);
  }, 60_000);

  it("while another process keeps it up in its own, is left to that one: nothing is read that would be missing there", async () => {
    const double = await startOpensearch();
    const here = await world();
    await untilBuilt(here);
    await here.deps.keeping.stop();
    // Somebody with the same engine as the first one keeps the generations, and lets the sources go.
    await here.database.query(
      `UPDATE search.leases SET holder = gen_random_uuid(), held_until = 'infinity' WHERE name = 'builder'`,
    );
    const other = await here.replica(inOpensearch(double.url));
    const [first] = await published(here, "one");
    if (!first) throw new Error("nothing was published");
    expect(await other.deps.index.contains(changeOf(first), 3_000)).toBe(false);
    expect(await other.client().unifiedSearch({})).toBeProblem(503, "unavailable");
    const same = await here.replica();
    await indexed(same, first);
    expect(await found(here)).toEqual(["one"]);
    expect(await stateOf(here)).toMatchObject({ generation: 1, documents: 1 });
  }, 60_000);
});
