import { type Kysely, sql } from "kysely";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../src/database.ts";
import type { TenantScope } from "../src/tenant.ts";
import { readInTenant } from "../src/tenant-read.ts";
import { everybody, freshKit, type Kit, type KitTables, member } from "./kit.ts";
import { tapped } from "./wire.ts";

const anonymous: TenantScope = { tenantId: "", subject: "", role: "anonymous" };

const withNotes = async (kit: Kit): Promise<void> => {
  await kit.query(`INSERT INTO kit.notes (tenant_id, id, body, visibility)
    SELECT tenant, tenant || '-' || visibility, 'text', visibility
    FROM unnest(ARRAY['alpha', 'beta']) tenant, unnest(ARRAY['private', 'public']) visibility`);
};

const noteIds = (query: Kysely<KitTables>) => query.selectFrom("notes").select("id").orderBy("id");

/** A query that the builder does not make. */
const raw =
  <Row>(fragment: ReturnType<typeof sql<Row>>) =>
  (query: Kysely<KitTables>) => ({ compile: () => fragment.compile(query) });

const pause = (resolve: (value: unknown) => void) => setImmediate(resolve);

describe("a tenant's read", () => {
  it("gives a tenant its own and public rows, nobody the public ones, the service all", async () => {
    const kit = await freshKit();
    await withNotes(kit);
    const seen = async (scope: TenantScope) => (await readInTenant(kit.db, scope, noteIds)).map((note) => note.id);
    expect(await seen(member("alpha"))).toEqual(["alpha-private", "alpha-public", "beta-public"]);
    expect(await seen(anonymous)).toEqual(["alpha-public", "beta-public"]);
    expect(await seen(everybody)).toEqual(["alpha-private", "alpha-public", "beta-private", "beta-public"]);
  });

  it("never mixes tenants that take turns on one connection", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    await withNotes(kit);
    const tenants = Array.from({ length: 300 }, (_, turn) => (turn % 3 === 0 ? "beta" : "alpha"));
    const found = await Promise.all(
      tenants.map((tenant) =>
        readInTenant(kit.db, member(tenant), (query) => noteIds(query).where("visibility", "=", "private")),
      ),
    );
    expect(found).toEqual(tenants.map((tenant) => [{ id: `${tenant}-private` }]));
    expect(kit.db.pool.totalCount).toBe(1);
  });

  it("hands the settings of its scope to the policies, and none to the connection's next user", async () => {
    const { db } = await freshKit({ connectionsMax: 1 });
    const settings = sql<{ all: string }>`
      SELECT concat_ws('|', current_setting('app.tenant_id', true), current_setting('app.subject', true), current_setting('app.role', true)) AS all`;
    expect(await readInTenant(db, member("alpha"), raw(settings))).toEqual([{ all: "alpha|somebody@alpha|member" }]);
    expect((await settings.execute(db.kysely)).rows).toEqual([{ all: "||" }]);
  });

  it("serves many readers at once from a small pool", async () => {
    const kit = await freshKit({ connectionsMax: 2 });
    await withNotes(kit);
    const readers = Array.from({ length: 200 }, (_, reader) => reader);
    const found = await Promise.all(
      readers.map((reader) =>
        readInTenant(kit.db, member("alpha"), raw(sql<{ n: number }>`SELECT ${reader}::int AS n`)),
      ),
    );
    expect(found.map(([row]) => row?.n)).toEqual(readers);
    expect(kit.db.pool.totalCount).toBe(2);
    expect(kit.db.pool.waitingCount).toBe(0);
  });

  it("answers a query without rows with no rows", async () => {
    const { db } = await freshKit();
    expect(await readInTenant(db, member("alpha"), noteIds)).toEqual([]);
  });

  it("carries parameters and results of every kind", async () => {
    const { db } = await freshKit();
    const when = new Date("2026-01-02T03:04:05.678Z");
    const [row] = await readInTenant(
      db,
      member("alpha"),
      raw(sql`SELECT ${42}::int AS int, ${"9007199254740993"}::bigint AS big, ${"Grüße, 世界 '\"\\"}::text AS text,
                     ${true}::boolean AS yes, ${null}::text AS nothing, ${when}::timestamptz AS at,
                     ${Buffer.from([0, 255, 10])}::bytea AS bytes, ${["a", 'b"c', null]}::text[] AS list,
                     ${JSON.stringify({ deep: [1, { x: null }] })}::jsonb AS doc, ${0.1}::float8 AS half`),
    );
    expect(row).toEqual({
      int: 42,
      big: "9007199254740993",
      text: "Grüße, 世界 '\"\\",
      yes: true,
      nothing: null,
      at: when,
      bytes: Buffer.from([0, 255, 10]),
      list: ["a", 'b"c', null],
      doc: { deep: [1, { x: null }] },
      half: 0.1,
    });
  });

  it("runs beside ordinary queries and transactions of the same connection", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    await withNotes(kit);
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await readInTenant(kit.db, member("alpha"), noteIds)).toHaveLength(3);
      expect((await kit.db.pool.query("SELECT $1::int AS n", [turn])).rows).toEqual([{ n: turn }]);
      const inside = await kit.db.kysely.transaction().execute((trx) => noteIds(trx).execute());
      expect(inside).toHaveLength(2);
    }
  });
});

describe("on the wire, a tenant's read", () => {
  it("is one round trip: settings and query are bound, run and synchronised once", async () => {
    const kit = await freshKit();
    const wire = await tapped(kit.url);
    const db = kit.open({ url: wire.url, connectionsMax: 1 });
    await readInTenant(db, member("alpha"), noteIds);
    wire.sent.length = 0;
    await readInTenant(db, member("beta"), noteIds);
    await new Promise(pause);
    // Bind, Execute, Bind, Describe, Execute, Sync; no Parse, no simple Query.
    expect(wire.sent.join("")).toBe("BEBDES");
  });

  it("prepares each statement once on each connection", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    const other = (query: Kysely<KitTables>) => query.selectFrom("notes").select("body");
    for (let turn = 0; turn < 5; turn += 1) {
      await readInTenant(kit.db, member(`tenant-${turn}`), noteIds);
      await readInTenant(kit.db, member("alpha"), (query) => noteIds(query).where("id", "=", `id-${turn}`));
      await readInTenant(kit.db, member("alpha"), other);
    }
    const { rows } = await kit.db.pool.query(
      "SELECT name, generic_plans + custom_plans AS runs FROM pg_prepared_statements",
    );
    const runs = rows.map(({ name, runs }) => [name.startsWith("q0_") ? "query" : name, Number(runs)]);
    expect(runs.sort()).toEqual([
      ["query", 5],
      ["query", 5],
      ["query", 5],
      ["tenant_scope", 15],
    ]);
  });
});

describe("the query builder that reads hand out", () => {
  it("runs nothing by itself", async () => {
    const { url } = await freshKit();
    const db = openDatabase<KitTables>({ url, applicationName: "kit", onIdleError: () => undefined });
    expect(await noteIds(db.compiler).execute()).toEqual([]);
    expect(await db.compiler.introspection.getTables().catch((error: Error) => error)).toBeDefined();
    expect(db.pool.totalCount).toBe(0);
    await db.close();
  });
});
