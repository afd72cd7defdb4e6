import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { keepHouse } from "../src/housekeeping.ts";
import { agentDocument, indexed } from "./indexed.ts";
import { agent, keep } from "./kept-records.ts";
import { type World, world } from "./world.ts";

const review = agentDocument({ id: "code-review", name: "Code Review" });
const searches = ({ database }: World) =>
  database.query("SELECT search_id, query, hits, total FROM search.searches ORDER BY at, search_id");
const clicks = ({ database }: World) =>
  database.query("SELECT search_id, type, tenant, id, position FROM search.clicks ORDER BY at, click_id");
const rows = ({ database }: World, table: string) =>
  database.query<{ n: number }>(`SELECT count(*)::int AS n FROM search.${table}`).then(([row]) => row?.n);

const click = (searchId: string) => ({
  searchId,
  type: "agent" as const,
  tenant: "acme",
  id: "code-review",
  position: 1,
});
const someSearch = "0192f0c1-2345-7abc-8def-0123456789ab";

describe("recordSearchClick", () => {
  it("204: is kept with the search it belongs to, and with nobody's name", async () => {
    const tested = await indexed([review]);
    await keep(tested.deps, agent("code-review"));
    const { search } = await tested.person("viewer");
    const { searchId } = await unwrap(search.unifiedSearch({ q: "  Code REVIEW of ada@example.org " }));
    expect(await search.recordSearchClick({ body: click(searchId) })).toMatchObject({ status: 204 });
    await tested.deps.keptSearches.stop();
    expect(await searches(tested)).toEqual([
      { search_id: searchId, query: "code review of …", hits: expect.any(Number), total: expect.any(Number) },
    ]);
    expect(await clicks(tested)).toEqual([
      { search_id: searchId, type: "agent", tenant: "acme", id: "code-review", position: 1 },
    ]);
    const columns = await tested.database.query<{ name: string }>(`
      SELECT column_name AS name FROM information_schema.columns
      WHERE table_schema = 'search' AND table_name IN ('searches', 'clicks') AND column_name ~ 'subject|actor|tenant'`);
    expect(columns).toEqual([{ name: "tenant" }]);
  });

  it("204: says nothing of whether there is such a search or such a document, and keeps what can have been a hit, once", async () => {
    const clock = { now: new Date("2026-11-20T12:00:00.000Z") };
    const tested = await indexed([review, agentDocument({ id: "code-writer", name: "Code Writer" })], {
      now: () => clock.now,
    });
    await keep(tested.deps, agent("code-review"), agent("code-writer"));
    const { anonymous } = tested;
    const first = await unwrap(anonymous.unifiedSearch({ q: "code", limit: 1 }));
    const { nextCursor: cursor = "" } = first;
    const second = await unwrap(anonymous.unifiedSearch({ q: "code", limit: 1, cursor }));
    expect(second.searchId).toBe(first.searchId);
    const { searchId } = first;
    const onOther = { id: "code-writer", position: 2 };
    const send = async (body: Parameters<typeof anonymous.recordSearchClick>[0]["body"]) =>
      expect(await anonymous.recordSearchClick({ body })).toMatchObject({ status: 204 });
    const invented = `${searchId.slice(0, -1)}${searchId.endsWith("0") ? "1" : "0"}`;
    for (const wrong of [
      { searchId: someSearch },
      { searchId: invented },
      { position: 3 },
      { position: 1_000 },
      { id: "nobody" },
      { type: "template" as const },
      { tenant: "globex" },
    ])
      await send({ ...click(searchId), ...wrong });
    for (const again of [{}, {}, { searchId: searchId.toUpperCase() }, onOther])
      await send({ ...click(searchId), ...again });
    clock.now = new Date("2026-11-21T12:00:01.000Z");
    await send({ ...click(searchId), id: "code-writer" });
    await tested.deps.keptSearches.stop();
    const kept = await tested.database.query("SELECT search_id, id, position FROM search.clicks ORDER BY position");
    expect(kept).toEqual([
      { search_id: searchId, id: "code-review", position: 1 },
      { search_id: searchId, ...onOther },
    ]);
    const metrics = await tested.metrics();
    expect(metrics).toMatch(/^nofx_search_clicks_total\{outcome="ignored",.*\} 5$/m);
  });

  it("204: is kept in any process; a page whose cursor names a search that was never given is of one without hits", async () => {
    const tested = await indexed([review, agentDocument({ id: "code-writer", name: "Code Writer" })]);
    await keep(tested.deps, agent("code-review"));
    const other = await tested.replica();
    const { searchId, nextCursor = "" } = await unwrap(tested.anonymous.unifiedSearch({ q: "code", limit: 1 }));
    await other.client().recordSearchClick({ body: click(searchId) });
    await other.deps.keptSearches.stop();
    expect(await clicks(tested)).toHaveLength(1);
    const cursor = Buffer.from(Buffer.from(nextCursor, "base64url").toString().replace(searchId, someSearch)).toString(
      "base64url",
    );
    const page = await unwrap(tested.anonymous.unifiedSearch({ q: "code", limit: 1, cursor }));
    expect(page.hits).toHaveLength(1);
    expect(page.searchId).not.toBe(someSearch);
    await tested.anonymous.recordSearchClick({ body: { ...click(page.searchId), id: "code-writer" } });
    await tested.deps.keptSearches.stop();
    expect(await clicks(tested)).toHaveLength(1);
  });

  it("400 request_invalid: what no document can be called, and no place among hits", async () => {
    const { anonymous } = await world();
    for (const wrong of [{ searchId: "x" }, { tenant: "A" }, { id: "" }, { position: 0 }, { position: 1_001 }]) {
      const answered = await anonymous.recordSearchClick({ body: { ...click(someSearch), ...wrong } });
      expect(answered).toBeProblem(400, "request_invalid");
    }
    const body = { ...click(someSearch), tenant: "a\0" };
    expect(await anonymous.recordSearchClick({ body })).toBeProblem(400, "body_malformed");
  });

  it("401 unauthenticated for a token that is not good, 429 rate_limited for too many", async () => {
    const { anonymous, client } = await world({ env: { WRITES_PER_MINUTE_MAX: "1" } });
    const body = click(someSearch);
    expect(await client("nofx_unknown").recordSearchClick({ body })).toBeProblem(401, "unauthenticated");
    expect(await anonymous.recordSearchClick({ body })).toMatchObject({ status: 204 });
    expect(await anonymous.recordSearchClick({ body })).toBeProblem(429, "rate_limited");
  });
});

describe("searches that are kept", () => {
  it("are those that people typed, each once, however many pages of it are read", async () => {
    const tested = await indexed([review, agentDocument({ id: "code-writer", name: "Code Writer" })]);
    const { anonymous } = tested;
    await unwrap(anonymous.unifiedSearch({}));
    await unwrap(anonymous.suggestSearch({ q: "cod" }));
    const { searchId, nextCursor = "" } = await unwrap(anonymous.unifiedSearch({ q: "code", limit: 1 }));
    await unwrap(anonymous.unifiedSearch({ q: "code", limit: 1, cursor: nextCursor }));
    const none = await unwrap(anonymous.unifiedSearch({ q: '"nothing of the kind"' }));
    await tested.deps.keptSearches.stop();
    expect(await searches(tested)).toEqual([
      { search_id: searchId, query: "code", hits: 1, total: 2 },
      { search_id: none.searchId, query: '"nothing of the kind"', hits: 0, total: 0 },
    ]);
    const metrics = await tested.metrics();
    expect(metrics).toMatch(/^nofx_searches_total\{outcome="found",.*\} 2$/m);
    expect(metrics).toMatch(/^nofx_searches_total\{outcome="nothing",.*\} 1$/m);
    expect(metrics).toMatch(/^nofx_search_records_dropped_total\{.*\} 0$/m);
    expect(metrics).toMatch(/^nofx_search_records_waiting\{.*\} 0$/m);
  });

  it("and clicks are forgotten after SEARCHES_RETENTION_DAYS, and kept where that is 0", async () => {
    const clock = { now: new Date("2026-11-20T12:00:00.000Z") };
    const tested = await indexed([review], { env: { SEARCHES_RETENTION_DAYS: "30" }, now: () => clock.now });
    await keep(tested.deps, agent("code-review"));
    const { searchId } = await unwrap(tested.anonymous.unifiedSearch({ q: "review" }));
    await unwrap(tested.anonymous.recordSearchClick({ body: click(searchId) }));
    await tested.deps.keptSearches.stop();
    const keepAllHouse = async (env = tested.deps.env): Promise<void> => {
      while ((await keepHouse({ ...tested.deps, env })) > 0);
    };
    const kept = () => Promise.all([rows(tested, "searches"), rows(tested, "clicks")]);
    clock.now = new Date("2026-12-20T11:00:00.000Z");
    await keepAllHouse();
    expect(await kept()).toEqual([1, 1]);
    clock.now = new Date("2026-12-20T13:00:00.000Z");
    await keepAllHouse({ ...tested.deps.env, SEARCHES_RETENTION_DAYS: 0 });
    expect(await kept()).toEqual([1, 1]);
    await keepAllHouse();
    expect(await kept()).toEqual([0, 0]);
  });

  it("cannot be read but by the service itself", async () => {
    const { deps } = await world();
    for (const table of ["searches", "clicks"]) {
      const { rows: seen } = await deps.db.pool.query(`SELECT FROM ${table}`);
      expect(seen).toEqual([]);
      await expect(deps.db.pool.query(`TRUNCATE ${table}`)).rejects.toThrow("permission denied");
    }
    await expect(
      deps.db.pool.query(`INSERT INTO searches VALUES ('${someSearch}', now(), 'x', 0, 0, 0)`),
    ).rejects.toThrow("row-level security");
  });
});
