import { unwrap } from "@nofx/client";
import { lender } from "@nofx/testkit/lend";
import { describe, expect, it, onTestFinished } from "vitest";
import { elsewhere, holdTables, line, nobody, shutDatabase, tcpServer } from "./failures.ts";
import { agent, keep, template } from "./kept-records.ts";
import { type World, world } from "./world.ts";

const borrow = lender(async (finished) => {
  const lines = { registry: line(), marketplace: line() };
  const { registry, marketplace } = lines;
  return {
    ...(await world({ finished, fetchRegistry: registry.through, fetchMarketplace: marketplace.through })),
    lines,
  };
});

/** A world in which all is well: whatever ailed it in a test before is over. */
const lent = async () => {
  const lending = await borrow();
  const { operator, anonymous } = lending.value;
  await expect
    .poll(async () => (await unwrap(anonymous.getSystemHealth())).index.status, { timeout: 20_000 })
    .toBe("ok");
  await expect.poll(async () => (await unwrap(operator.getSystemHealth())).status, { timeout: 20_000 }).toBe("ok");
  return lending;
};
const settled = async () => (await lent()).value;
/** One that nobody gets after this test. */
const ownSettled = async () => (await lent()).keep();

/** The answer within two seconds, details and all. */
const told = async ({ operator }: World) => {
  const startedAt = performance.now();
  const health = await unwrap(operator.getSystemHealth());
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  const statuses = (list: readonly { name: string; status: string }[]) =>
    Object.fromEntries(list.map(({ name, status }) => [name, status]));
  return { ...health, service: statuses(health.services), database: statuses(health.databases) };
};

const fine = { registry: "ok", marketplace: "ok", search: "ok" };

it("200: everything works, each with its version, schema, contract and how long it took", async () => {
  const all = await settled();
  await keep(all.deps, agent("a"), agent("b"), template("t"));
  const health = await told(all);
  expect(health).toMatchObject({ status: "ok", details: "full", service: fine, database: fine });
  for (const { version, contract, reason } of health.services) {
    expect([version, contract?.matches, reason]).toEqual(["1.0.0", true, undefined]);
    expect(contract?.served).toMatch(/^sha256:/);
  }
  for (const { schemaVersion, pending } of health.databases) {
    expect([schemaVersion, pending]).toEqual([expect.stringMatching(/^\d{8}_track[ABC]_/), 0]);
  }
  expect(health.index).toMatchObject({
    status: "ok",
    generation: 1,
    records: { agents: 2, templates: 1 },
    quarantined: 0,
  });
  const feeds = ["registry", "marketplace"].map((source) => ({
    source,
    reachable: true,
    lagSeconds: expect.any(Number),
  }));
  expect(health.index.feeds).toEqual(feeds.map((feed) => expect.objectContaining(feed)));
});

describe("200, failed or degraded, within two seconds, when a service", () => {
  const html = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\n\r\n<h1>Hello!</h1>";
  const json = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{"status":"ok"}';
  const endless = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{";
  it.each([
    ["is away", nobody, /ECONNREFUSED/],
    ["takes connections and says nothing", () => tcpServer(undefined), /no answer within 1500 ms/],
    ["begins an answer and does not end it", () => tcpServer(endless), /no answer within 1500 ms/],
    ["answers with a page", () => tcpServer(html), /not that of a service/],
    ["answers with other JSON", () => tcpServer(json), /not that of a service/],
    ["answers no HTTP", () => tcpServer("220 mail ready\r\n\r\n"), /./],
  ])("%s", async (_what, there, reason) => {
    const all = await settled();
    const { registry, marketplace } = all.lines;
    await told(all);
    marketplace.replaceBy(elsewhere(await there()));
    const half = await told(all);
    const unknown = { ...fine, marketplace: "unknown" };
    expect(half).toMatchObject({ status: "degraded", service: { ...fine, marketplace: "failed" }, database: unknown });
    expect(half.services[1]?.reason).toMatch(reason);
    registry.replaceBy(elsewhere(await there()));
    const none = await told(all);
    expect(none).toMatchObject({
      status: "failed",
      service: { registry: "failed", marketplace: "failed", search: "ok" },
    });
  });

  it("is another one than should be there", async () => {
    const all = await settled();
    const { marketplace } = all.lines;
    marketplace.replaceBy(all.registry.fetch);
    const health = await told(all);
    expect(health.services[1]).toMatchObject({ status: "failed", reason: "registry answers in its place" });
  });

  it("never answers, and takes no notice of being told to stop", async () => {
    const all = await ownSettled();
    const { marketplace } = all.lines;
    await told(all);
    marketplace.replaceBy((input, init) =>
      String(input).endsWith("/health/ready") ? new Promise(() => undefined) : all.marketplace.fetch(input, init),
    );
    const twice = await Promise.all([told(all), told(all)]);
    for (const health of twice)
      expect(health).toMatchObject({ status: "degraded", service: { marketplace: "failed" } });
  });

  it("serves another contract", async () => {
    const all = await settled();
    const { registry } = all.lines;
    await told(all);
    registry.replaceBy(async (input, init) => {
      const answer = await all.registry.fetch(input, init);
      const body = (await answer.json()) as object;
      return Response.json({ ...body, contract: `sha256:${"0".repeat(64)}` });
    });
    const { status, services } = await told(all);
    expect([status, services[0]]).toMatchObject(["degraded", { status: "degraded", contract: { matches: false } }]);
    expect(services[0]?.reason).toContain("another contract");
  });
});

describe("200, failed or degraded, within two seconds, when the database", () => {
  it.each(["registry", "marketplace"] as const)("of the %s is away", async (name) => {
    const all = await ownSettled();
    await told(all);
    await shutDatabase(all[name].database, all.database);
    expect(await told(all)).toMatchObject({
      status: "degraded",
      service: { [name]: "failed" },
      database: { [name]: "failed" },
    });
  });

  it.each(["registry", "marketplace"] as const)("of the %s hangs", async (name) => {
    const all = await settled();
    await told(all);
    await holdTables(all[name].database, `${name}.schema_migrations`);
    const health = await told(all);
    expect(health).toMatchObject({
      status: "degraded",
      service: { [name]: "degraded" },
      database: { [name]: "degraded" },
    });
  });

  it("of search is away: it cannot search, and says so", async () => {
    const all = await ownSettled();
    await told(all);
    await shutDatabase(all.database, all.registry.database);
    const health = await told(all);
    expect(health).toMatchObject({
      status: "failed",
      service: { ...fine, search: "failed" },
      database: { search: "failed" },
    });
    expect(health.index).toMatchObject({ status: "failed" });
  });

  it("of search hangs", async () => {
    const all = await settled();
    await told(all);
    await holdTables(all.database, "search.schema_migrations", "search.records");
    for (const health of [await told(all), await told(all)]) {
      expect(health).toMatchObject({ status: "failed", service: { search: "failed" }, index: { status: "failed" } });
    }
  });

  it.each(["registry", "search"] as const)("of the %s lacks migrations", async (name) => {
    const all = await settled();
    const database = name === "search" ? all.database : all[name].database;
    const table = `${name}.schema_migrations`;
    const [last] = await database.query(
      `DELETE FROM ${table} WHERE name = (SELECT max(name) FROM ${table}) RETURNING *`,
    );
    onTestFinished(async () => {
      await database.query(`INSERT INTO ${table} SELECT (jsonb_populate_record(NULL::${table}, $1)).*`, [last]);
    });
    const health = await told(all);
    expect(health).toMatchObject({
      status: "degraded",
      service: { [name]: "degraded" },
      database: { [name]: "degraded" },
    });
    expect(health.databases.find((each) => each.name === name)).toMatchObject({
      pending: 1,
      reason: expect.any(String),
    });
  });
});

describe("200, degraded, when the index", () => {
  it("was not up to date with a feed for a while", async () => {
    const all = await ownSettled();
    const { registry } = all.lines;
    await told(all);
    registry.replaceBy(elsewhere(await nobody()));
    await all.database.query("UPDATE search.sources SET seen_at = now() - interval '1 hour' WHERE source = 'registry'");
    const { status, index } = await told(all);
    expect([status, index.status, index.reason]).toEqual(["degraded", "stale", "not up to date with: registry"]);
    expect(index.feeds?.[0]?.lagSeconds).toBeGreaterThan(3_500);
  });

  it("lacks what could not be indexed", async () => {
    const all = await settled();
    await all.database.query(`
      INSERT INTO search.quarantine (tenant_id, type, id, error, since, last_at, reading)
      VALUES ('acme', 'agent', 'odd', 'no JSON', now(), now(), 1000000)`);
    onTestFinished(async () => void (await all.database.query("DELETE FROM search.quarantine")));
    const { status, index } = await told(all);
    expect([status, index]).toMatchObject(["degraded", { status: "degraded", quarantined: 1 }]);
  });

  it("was never built", async () => {
    const away = line();
    away.replaceBy(elsewhere(await nobody()));
    const { anonymous } = await world({ fetchMarketplace: away.through });
    const { status, index } = await unwrap(anonymous.getSystemHealth());
    expect([status, index.status]).toEqual(["degraded", "failed"]);
  });
});

describe("who asks", () => {
  it("200 with names and statuses alone for nobody in particular", async () => {
    const { anonymous } = await settled();
    const { at: _at, ...health } = await unwrap(anonymous.getSystemHealth());
    const all = ["registry", "marketplace", "search"].map((name) => ({ name, status: "ok" }));
    expect(health).toEqual({
      status: "ok",
      details: "withheld",
      services: all,
      databases: all,
      index: { status: "ok" },
    });
  });

  it("200 with everything for anybody with a token, whatever it is for", async () => {
    const { person } = await settled();
    const { search } = await person("viewer");
    expect(await unwrap(search.getSystemHealth())).toMatchObject({ details: "full" });
  });

  it("200 while nobody can be asked about tokens: with everything for one that was good before, else without", async () => {
    const all = await settled();
    const { registry } = all.lines;
    const [before, after] = [await all.person("viewer"), await all.person("viewer")];
    expect(await unwrap(before.search.getSystemHealth())).toMatchObject({ details: "full" });
    registry.replaceBy(elsewhere(await tcpServer(undefined)));
    all.deps.authenticate.forget();
    const [known, unknown] = await Promise.all([before, after].map(({ search }) => unwrap(search.getSystemHealth())));
    expect([known?.details, unknown?.details, unknown?.status]).toEqual(["full", "withheld", "degraded"]);
  });

  it("401 unauthenticated: a token that is not good", async () => {
    const { client } = await settled();
    expect(await client("nofx_wrong").getSystemHealth()).toBeProblem(401, "unauthenticated");
  });
});
