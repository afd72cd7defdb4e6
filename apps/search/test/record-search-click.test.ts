import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { keepHouse } from "../src/housekeeping.ts";
import { agentDocument, indexed } from "./indexed.ts";
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

  it("204: says nothing of whether there is such a search or such a document", async () => {
    const { anonymous, ...tested } = await world();
    expect(await anonymous.recordSearchClick({ body: click(someSearch) })).toMatchObject({ status: 204 });
    await tested.deps.keptSearches.stop();
    expect(await clicks({ anonymous, ...tested })).toHaveLength(1);
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
    const tested = await world({ env: { SEARCHES_RETENTION_DAYS: "30" }, now: () => clock.now });
    await unwrap(tested.anonymous.unifiedSearch({ q: "review" }));
    await unwrap(tested.anonymous.recordSearchClick({ body: click(someSearch) }));
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
