import { unwrap } from "@nofx/client";
import { type ReportName, type ReportRow, reportNames, reports } from "@nofx/contract-search";
import { lender } from "@nofx/testkit/lend";
import { describe, expect, it, onTestFinished } from "vitest";
import { agent, keep, template, uses, versions } from "./kept-records.ts";
import { type Person, type World, world } from "./world.ts";

const borrow = lender((finished) => world({ finished }));

/** A world in which nothing is kept, and nothing was searched for. */
const empty = async (): Promise<World> => {
  const { value } = await borrow();
  onTestFinished(async () => {
    await value.database.query("TRUNCATE search.records, search.relations, search.searches, search.clicks CASCADE");
  });
  return value;
};

/** The rows of a report, as its schema has them, and nothing else. */
const rowsOf = async <Name extends ReportName>(
  client: Person["search"],
  name: Name,
  query: Omit<Parameters<typeof client.getReport>[0], "name"> = {},
): Promise<ReportRow<Name>[]> => {
  const report = await unwrap(client.getReport({ name, ...query }));
  for (const row of report.rows) expect(reports[name].row.strict().safeParse(row).error?.issues).toBeUndefined();
  return report.rows as ReportRow<Name>[];
};

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
const used = (runs30d: number, rest: object = {}) => ({ runs30d, succeeded30d: runs30d, popularityScore: 0, ...rest });

/** A world with a viewer of a tenant, and another tenant that keeps something private. */
const populated = async () => {
  const all = await empty();
  const [alice, stranger] = [await all.person("viewer"), await all.person("viewer")];
  return {
    ...all,
    alice,
    stranger,
    tenant: alice.tenant,
    hidden: { tenant: stranger.tenant, visibility: "private" as const },
  };
};

describe("200: catalogue-growth", () => {
  it("counts what is new, versions and all there are, by day, week or month, drafts left out", async () => {
    const { deps, alice, hidden } = await populated();
    const on = (day: string) => `2026-10-${day}T12:00:00.000Z`;
    const published = (version: string, day: string, status: "draft" | "active" = "active") => ({
      version,
      status,
      publishedAt: on(day),
      publishedBy: "alice",
    });
    await keep(
      deps,
      agent("old", { createdAt: "2026-01-01T00:00:00.000Z", versions: versions("1.0.0") }),
      agent("a", { createdAt: on("01"), versions: [published("2.0.0", "03"), published("1.0.0", "01")] }),
      template("t", { createdAt: on("02"), versions: [published("2.0.0", "03", "draft"), published("1.0.0", "02")] }),
      agent("secret", { ...hidden, createdAt: on("02"), versions: [published("1.0.0", "02")] }),
    );
    const period = { from: "2026-10-01", to: "2026-10-04" };
    const days = await rowsOf(alice.search, "catalogue-growth", period);
    expect(days.map(({ from, type, created, versions: count, total }) => [from, type, created, count, total])).toEqual([
      ["2026-10-01", "agent", 1, 1, 2],
      ["2026-10-01", "template", 0, 0, 0],
      ["2026-10-02", "agent", 0, 0, 2],
      ["2026-10-02", "template", 1, 1, 1],
      ["2026-10-03", "agent", 0, 1, 2],
      ["2026-10-03", "template", 0, 0, 1],
    ]);
    const months = await rowsOf(alice.search, "catalogue-growth", { ...period, bucket: "month", scope: "visible" });
    expect(months).toMatchObject([
      { from: "2026-10-01", type: "agent", created: 1, versions: 2, total: 2 },
      { from: "2026-10-01", type: "template", created: 1, versions: 1, total: 1 },
    ]);
    const own = await rowsOf(alice.search, "catalogue-growth", { ...period, scope: "own" });
    expect(own.every(({ total }) => total === 0)).toBe(true);
  });
});

describe("200: what depends on what", () => {
  it("adoption-by-version counts resources with a lock, once each, those that the caller may read", async () => {
    const { deps, alice, hidden } = await populated();
    const locks = (locked: string, environment?: string) =>
      uses("review", { locked, ...(environment && { environment }) });
    await keep(
      deps,
      agent("review", { currentVersion: "2.0.0", versions: versions("2.0.0", "1.0.0") }),
      template("a", { uses: [locks("1.0.0", "staging"), locks("1.0.0", "production")] }),
      template("b", { uses: [locks("1.0.0"), locks("2.0.0", "staging")] }),
      template("secret", { ...hidden, uses: [locks("2.0.0")] }),
    );
    const rows = await rowsOf(alice.search, "adoption-by-version");
    expect(rows.map(({ version, current, dependents, share }) => [version, current, dependents, share])).toEqual([
      ["1.0.0", false, 2, 1],
      ["2.0.0", true, 1, 0.5],
    ]);
  });

  it("dead-dependencies tells what is not there, disabled, or locked in a version that is gone", async () => {
    const { deps, alice, hidden, stranger } = await populated();
    const [gone] = versions("0.9.0");
    await keep(
      deps,
      agent("off", { status: "disabled" }),
      agent("review", { versions: [...versions("1.0.0"), { ...gone, status: "archived" } as never] }),
      agent("secret", hidden),
      template("t", {
        uses: [
          uses("ghost", { range: "^1.0.0" }),
          uses("off"),
          uses("review", { locked: "0.9.0", environment: "staging" }),
          uses("review", { locked: "1.0.0" }),
          uses("secret", { tenant: stranger.tenant }),
        ],
      }),
      template("theirs", { ...hidden, uses: [uses("other-ghost")] }),
    );
    const rows = await rowsOf(alice.search, "dead-dependencies");
    expect(rows.map(({ targetId, reason, range, locked }) => [targetId, reason, range ?? locked])).toEqual([
      ["ghost", "missing", "^1.0.0"],
      ["off", "disabled", undefined],
      ["review", "version_missing", "0.9.0"],
      ["secret", "missing", undefined],
    ]);
  });
});

describe("200: templates", () => {
  it("untested-templates and unrated-templates, the most used first", async () => {
    const { deps, alice, hidden } = await populated();
    const tests = { passed: 1, failed: 0, testedAt: "2026-11-22T09:30:00.000Z" };
    await keep(
      deps,
      template("tested", { tests, usage: used(9) }),
      template("rated", { rating: { average: 4, count: 1, bayesian: 4 }, usage: used(1) }),
      template("popular", { usage: used(5) }),
      template("off", { status: "disabled" }),
      template("secret", hidden),
      agent("no-template"),
    );
    expect(idsOf(await rowsOf(alice.search, "untested-templates"))).toEqual(["popular", "rated"]);
    expect(idsOf(await rowsOf(alice.search, "unrated-templates"))).toEqual(["tested", "popular"]);
    expect(await rowsOf(alice.search, "unrated-templates", { scope: "own" })).toEqual([]);
  });

  it("slowest-templates and least-reliable-templates, of those with runs enough", async () => {
    const { deps, alice, stranger, hidden } = await populated();
    await keep(
      deps,
      template("slow", { usage: used(5, { meanMs: 900, success: 0.9 }) }),
      template("flaky", { usage: used(10, { meanMs: 100, success: 0.2, succeeded30d: 3 }) }),
      template("rare", { usage: used(4, { meanMs: 9_000, success: 0.1 }) }),
      template("unused"),
      template("secret", { ...hidden, usage: used(99, { meanMs: 5_000, success: 0.05 }) }),
    );
    expect(idsOf(await rowsOf(alice.search, "slowest-templates"))).toEqual(["slow", "flaky"]);
    const reliable = await rowsOf(alice.search, "least-reliable-templates");
    expect(reliable[0]).toMatchObject({ id: "flaky", success: 0.2, runs30d: 10, succeeded30d: 3, meanMs: 100 });
    expect(idsOf(await rowsOf(alice.search, "slowest-templates", { minRuns: 1 }))).toEqual(["rare", "slow", "flaky"]);
    expect(idsOf(await rowsOf(stranger.search, "slowest-templates", { scope: "own" }))).toEqual(["secret"]);
  });

  it("publishers, by how much they published in a time", async () => {
    const { deps, alice, hidden } = await populated();
    const by = (publishedBy: string, ...numbers: string[]) =>
      versions(...numbers).map((each) => ({ ...each, publishedBy }));
    await keep(
      deps,
      agent("a", { versions: [...by("bob", "2.0.0"), ...by("alice", "1.0.0")] }),
      template("t", { versions: by("bob", "1.0.0") }),
      agent("secret", { ...hidden, versions: by("mallory", "1.0.0") }),
    );
    const at = "2026-11-22T09:30:00.000Z";
    const period = { from: "2026-11-22", to: "2026-11-23" };
    expect(await rowsOf(alice.search, "publishers", period)).toEqual([
      { tenant: "acme", publisher: "bob", agents: 1, templates: 1, versions: 2, lastPublishedAt: at },
      { tenant: "acme", publisher: "alice", agents: 1, templates: 0, versions: 1, lastPublishedAt: at },
    ]);
    expect(await rowsOf(alice.search, "publishers", { from: "2026-11-20", to: "2026-11-22" })).toEqual([]);
  });
});

describe("200: what people search for, to the operator", () => {
  const searched = async ({ database }: World) => {
    await database.query(`
      INSERT INTO search.searches (search_id, at, query, hits, total, took_ms)
      SELECT gen_random_uuid(), '2026-11-01T12:00:00Z'::timestamptz + n * interval '1 hour', q, t, t, 1
      FROM (VALUES (0, 'unicorn', 0), (1, 'unicorn', 0), (2, '=cmd()', 0), (3, 'review', 7)) AS s (n, q, t)`);
    await database.query(`
      INSERT INTO search.clicks (click_id, search_id, at, type, tenant, id, position)
      SELECT gen_random_uuid(), gen_random_uuid(), '2026-11-01T12:00:00Z', 'agent', 'acme', 'review', position
      FROM unnest('{1,1,1,4}'::int[]) AS position`);
  };
  const period = { from: "2026-11-01", to: "2026-11-02" };

  it("zero-result-queries and click-positions", async () => {
    const all = await empty();
    await searched(all);
    expect(await rowsOf(all.operator, "zero-result-queries", period)).toEqual([
      { query: "unicorn", searches: 2, lastAt: "2026-11-01T13:00:00.000Z" },
      { query: "=cmd()", searches: 1, lastAt: "2026-11-01T14:00:00.000Z" },
    ]);
    expect(await rowsOf(all.operator, "click-positions", period)).toEqual([
      { position: 1, clicks: 3, share: 0.75 },
      { position: 4, clicks: 1, share: 0.25 },
    ]);
    expect(await rowsOf(all.operator, "zero-result-queries", { from: "2026-10-01", to: "2026-11-01" })).toEqual([]);
  });

  it("403 forbidden: to nobody else", async () => {
    const { person } = await empty();
    const { search } = await person("admin");
    for (const name of reportNames.filter((each) => reports[each].restricted)) {
      expect(await search.getReport({ name })).toBeProblem(403, "forbidden");
      expect(await search.getReport({ name, format: "csv" })).toBeProblem(403, "forbidden");
    }
  });

  it("as CSV that no spreadsheet takes for formulas", async () => {
    const all = await empty();
    await searched(all);
    const address = "http://search.test/api/reports/zero-result-queries?from=2026-11-01&to=2026-11-02";
    const headers = { authorization: "Bearer operator-token-for-tests-0123456789abcdef" };
    const csv = await all.fetch(`${address}&format=csv`, { headers });
    expect([csv.status, csv.headers.get("content-type"), csv.headers.get("content-disposition")]).toEqual([
      200,
      "text/csv",
      'attachment; filename="zero-result-queries.csv"',
    ]);
    const text = await csv.text();
    expect(text).toBe(
      "query,searches,lastAt\r\nunicorn,2,2026-11-01T13:00:00.000Z\r\n'=cmd(),1,2026-11-01T14:00:00.000Z\r\n",
    );
    const accepted = await all.fetch(address, { headers: { ...headers, accept: "text/csv" } });
    expect(await accepted.text()).toBe(text);
    const json = await all.fetch(`${address}&format=json`, { headers: { ...headers, accept: "text/csv" } });
    expect(json.headers.get("content-type")).toMatch(/^application\/json/);
  });
});

describe("pages", () => {
  it("200: every row once, in order, whatever the size of a page", async () => {
    const { deps, alice } = await populated();
    await keep(deps, ...Array.from({ length: 9 }, (_, place) => template(`t${place}`, { usage: used(place % 3) })));
    const walk = async (limit: number) => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await unwrap(
          alice.search.getReport({ name: "untested-templates", limit, ...(cursor && { cursor }) }),
        );
        found.push(...idsOf(page.rows as { id: string }[]));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return found;
    };
    const whole = ["t2", "t5", "t8", "t1", "t4", "t7", "t0", "t3", "t6"];
    expect([await walk(100), await walk(2), await walk(9)]).toEqual([whole, whole, whole]);
  });

  it("400 cursor_invalid: of another report or other parameters", async () => {
    const { deps, alice } = await populated();
    await keep(deps, template("a"), template("b"));
    const { nextCursor } = await unwrap(alice.search.getReport({ name: "untested-templates", limit: 1 }));
    const cursor = nextCursor ?? expect.fail("no cursor");
    for (const other of [{ name: "unrated-templates" }, { name: "untested-templates", scope: "own" as const }]) {
      expect(await alice.search.getReport({ ...other, cursor })).toBeProblem(400, "cursor_invalid");
    }
    expect(await alice.search.getReport({ name: "untested-templates", cursor: "x" })).toBeProblem(
      400,
      "cursor_invalid",
    );
  });
});

it("400 request_invalid: what the report does not take, and periods that are none or too long", async () => {
  const { alice } = await populated();
  const refused = [
    { name: "publishers", minRuns: 3 },
    { name: "slowest-templates", from: "2026-01-01" },
    { name: "catalogue-growth", from: "2026-02-01", to: "2026-02-01" },
    { name: "catalogue-growth", from: "2010-02-01", to: "2026-02-01" },
    { name: "catalogue-growth", from: "2024-02-01", to: "2026-02-01", bucket: "day" },
  ] as const;
  for (const query of refused) expect(await alice.search.getReport(query)).toBeProblem(400, "request_invalid");
});

it("400 request_invalid: a table with more than 10,000 rows", async () => {
  const { deps, database, alice, fetch } = await populated();
  await keep(deps, template("t"));
  await database.query(`
    INSERT INTO search.relations (tenant_id, type, id, position, visibility, relation, target_tenant, target_type, target_id)
    SELECT 'acme', 'template', 't', n, 'public', 'uses', 'nobody', 'agent', 'ghost' FROM generate_series(1, 10001) AS n`);
  const asked = { name: "dead-dependencies", format: "csv" } as const;
  expect(await alice.search.getReport(asked)).toBeProblem(400, "request_invalid");
  await database.query("DELETE FROM search.relations WHERE position = 10001");
  const headers = { authorization: `Bearer ${alice.token}`, accept: "text/csv" };
  const whole = await fetch("http://search.test/api/reports/dead-dependencies", { headers });
  expect((await whole.text()).split("\r\n")).toHaveLength(1 + 10_000 + 1);
});

it("404 report_not_found: names all there are", async () => {
  const { alice } = await populated();
  const answer = await alice.search.getReport({ name: "no-such-report" });
  expect(answer).toBeProblem(404, "report_not_found");
  if (answer.ok) return;
  for (const name of reportNames) expect(answer.problem.detail).toContain(name);
});

it("401 unauthenticated: not without a token", async () => {
  const { anonymous } = await empty();
  expect(await anonymous.getReport({ name: "publishers" })).toBeProblem(401, "unauthenticated");
});
