import { type Kysely, sql } from "kysely";
import { describe, expect, it, vi } from "vitest";
import { inTenant } from "../src/tenant.ts";
import { readInTenant } from "../src/tenant-read.ts";
import { freshKit, type Kit, type KitTables, member } from "./kit.ts";
import { tapped } from "./wire.ts";

const raw =
  <Row>(fragment: ReturnType<typeof sql<Row>>) =>
  (query: Kysely<KitTables>) => ({ compile: () => fragment.compile(query) });

const works = async (kit: Pick<Kit, "db">): Promise<void> => {
  const rows = await readInTenant(kit.db, member("alpha"), raw(sql`SELECT current_setting('app.tenant_id') AS tenant`));
  expect(rows).toEqual([{ tenant: "alpha" }]);
};

const forever = raw(sql`SELECT pg_sleep(60)`);

/** The process id of the connection that runs `forever`. */
const sleeper = (kit: Kit): Promise<number> =>
  vi.waitFor(async () => {
    const [row] = await kit.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()",
    );
    expect(row).toBeDefined();
    return row?.pid ?? 0;
  });

describe("a tenant's read that fails", () => {
  it.each([
    ["when it is parsed", "SELECT nonsense", "42703"],
    ["when it is run", "SELECT 1 / (random() * 0)::int", "22012"],
    ["after some rows", "SELECT 1 / (5 - n) FROM generate_series(1, 9) n", "22012"],
  ])("%s rejects, and the next read works", async (_when, text, code) => {
    const kit = await freshKit({ connectionsMax: 1 });
    await works(kit);
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(readInTenant(kit.db, member("alpha"), raw(sql.raw(text)))).rejects.toMatchObject({ code });
      await works(kit);
    }
  });

  it("works as soon as what it wants is there, although it failed on a new connection", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    const late = raw(sql`SELECT n FROM late`);
    for (let turn = 0; turn < 2; turn += 1)
      await expect(readInTenant(kit.db, member("alpha"), late)).rejects.toMatchObject({ code: "42P01" });
    await kit.query("CREATE TABLE kit.late AS SELECT 7 AS n");
    await kit.query("GRANT SELECT ON kit.late TO kit_service");
    expect(await readInTenant(kit.db, member("alpha"), late)).toEqual([{ n: 7 }]);
  });

  it("rejects settings that the server refuses, before the query runs", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    const broken = { ...member("alpha"), subject: "nul\0" };
    await expect(readInTenant(kit.db, broken, raw(sql`SELECT 1`))).rejects.toMatchObject({ code: "22021" });
    await works(kit);
  });

  it("rejects a parameter that cannot be sent, and the next read works", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await expect(readInTenant(kit.db, member("alpha"), raw(sql`SELECT ${circular}::jsonb`))).rejects.toThrow(
      "circular",
    );
    await works(kit);
  });

  it("is cancelled at the statement timeout with code 57014", async () => {
    const kit = await freshKit();
    const db = kit.open({ url: `${kit.url}?options=-c%20statement_timeout%3D50`, connectionsMax: 1 });
    await expect(readInTenant(db, member("alpha"), forever)).rejects.toMatchObject({ code: "57014" });
    await works({ db });
  });

  it("rejects when an administrator ends its connection, and the next read works", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    const ended = expect(readInTenant(kit.db, member("alpha"), forever)).rejects.toMatchObject({ code: "57P01" });
    await kit.query("SELECT pg_terminate_backend($1, 5000)", [await sleeper(kit)]);
    await ended;
    await works(kit);
  });
});

describe("when the network breaks", () => {
  it("a read rejects and the next one works", async () => {
    const kit = await freshKit();
    const wire = await tapped(kit.url);
    const db = kit.open({ url: wire.url, connectionsMax: 1 });
    const ended = expect(readInTenant(db, member("alpha"), forever)).rejects.toThrow();
    await sleeper(kit);
    wire.cut();
    await ended;
    await works({ db });
  });

  it("a transaction rejects and the next one works", async () => {
    const kit = await freshKit();
    const wire = await tapped(kit.url);
    const db = kit.open({ url: wire.url, connectionsMax: 1 });
    const ended = expect(
      inTenant(db, member("alpha"), (trx) => sql`SELECT pg_sleep(60)`.execute(trx)),
    ).rejects.toThrow();
    await sleeper(kit);
    wire.cut();
    await ended;
    expect(await inTenant(db, member("alpha"), async () => "fine")).toBe("fine");
  });

  it("an idle connection is reported and replaced", async () => {
    const kit = await freshKit();
    const wire = await tapped(kit.url);
    const db = kit.open({ url: wire.url, connectionsMax: 1 });
    await works({ db });
    wire.cut();
    await vi.waitFor(() => expect(kit.idleErrors.length).toBeGreaterThan(0));
    await works({ db });
  });
});
