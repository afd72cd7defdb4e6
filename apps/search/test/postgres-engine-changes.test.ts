import { parseQuery, type SearchEngine } from "@nofx/search-core";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { testEngine } from "./engine-world.ts";
import { agentDocument } from "./small-documents.ts";

const ask = async (engine: Pick<SearchEngine<unknown>, "search">, q: string, tenantId = "") => {
  const { found, corrections } = await engine.search(1, {
    viewer: { tenantId, seesAll: false },
    query: parseQuery(q),
    sort: "relevance",
    facets: [],
    explain: false,
    limit: 20,
    after: undefined,
  });
  return { ids: found.map(({ document }) => document.id), corrections: corrections.map(({ to }) => to) };
};

it("what was known of a word is asked anew as soon as the index is written to", async () => {
  const { engine, create, apply } = await testEngine();
  await create(1);
  await apply(1, { puts: [1, 2, 3, 4, 5].map((n) => agentDocument(`z-${n}`, { name: "Zebra" })) });
  expect((await ask(engine, "zebro ")).corrections).toEqual(["zebra"]);
  const fresh = [1, 2, 3, 4, 5].map((n) => agentDocument(`new-${n}`, { name: "Zebro" }));
  await apply(1, { puts: fresh });
  expect(await ask(engine, "zebro ")).toEqual({ ids: expect.arrayContaining(["new-1", "new-5"]), corrections: [] });
  await apply(1, { removes: fresh });
  expect((await ask(engine, "zebro ")).corrections).toEqual(["zebra"]);
});

it("what is known of a word is known of a tenant", async () => {
  const { engine, create, apply } = await testEngine();
  await create(1);
  await apply(1, {
    puts: [1, 2, 3, 4, 5].map((n) => agentDocument(`z-${n}`, { name: "Zebra", tenant: "acme", visibility: "private" })),
  });
  expect((await ask(engine, "zebro ", "acme")).corrections).toEqual(["zebra"]);
  expect(await ask(engine, "zebro ", "globex")).toEqual({ ids: [], corrections: [] });
  expect((await ask(engine, "zebro ", "acme")).corrections).toEqual(["zebra"]);
});

it("a generation is settled while its tables are vacuumed", async () => {
  const { engine, create, apply, database } = await testEngine();
  await create(1);
  await apply(1, { puts: [agentDocument("x", { name: "Code Review" })] });
  const vacuum = new pg.Client({ connectionString: database.adminUrl });
  await vacuum.connect();
  onTestFinished(() => vacuum.end());
  // As a vacuum does: the table, then its indexes.
  await vacuum.query("BEGIN; LOCK TABLE search.index_words_1 IN SHARE UPDATE EXCLUSIVE MODE");
  const settled = engine.settle(1);
  await expect
    .poll(async () => (await database.query("SELECT FROM pg_locks WHERE NOT granted")).length, { timeout: 5_000 })
    .toBeGreaterThan(0);
  await vacuum.query("SET LOCAL lock_timeout = '3s'");
  await vacuum.query("SELECT gin_clean_pending_list('search.index_words_1_words_idx'); COMMIT");
  await settled;
  expect((await ask(engine, "review ")).ids).toEqual(["x"]);
});
