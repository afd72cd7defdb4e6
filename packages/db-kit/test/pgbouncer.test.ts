import type { Kysely } from "kysely";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Database, openDatabase } from "../src/database.ts";
import { startListener } from "../src/listener.ts";
import { sequenceBatch } from "../src/sequencer.ts";
import { inTenant, lockUntilEnd } from "../src/tenant.ts";
import { readInTenant } from "../src/tenant-read.ts";
import { recordOne } from "./feed.ts";
import { freshKit, type Kit, type KitTables, member, track } from "./kit.ts";
import { pgbouncer, throughPooler } from "./pooler.ts";

const serverConnections = 3;

/** A kit whose database is reached through PgBouncer. It needs a version from 1.21: statements prepared in the protocol. */
const pooled = async (connectionsMax = 12): Promise<{ kit: Kit; db: Database<KitTables> }> => {
  const kit = await freshKit();
  const url = await throughPooler(kit.url, serverConnections);
  const options = { url, listenUrl: kit.url, applicationName: "pooled", connectionsMax };
  const db = openDatabase<KitTables>({ ...options, onIdleError: () => undefined });
  onTestFinished(() => db.close());
  return { kit, db };
};

const notes = (query: Kysely<KitTables>) => query.selectFrom("notes").selectAll();

const addNote = (db: Database<KitTables>, tenantId: string, id: string) =>
  inTenant(db, member(tenantId), (trx) =>
    trx.insertInto("notes").values({ tenant_id: tenantId, id, body: tenantId }).execute(),
  );

// Set PGBOUNCER to the program's path.
describe.skipIf(!pgbouncer)("behind PgBouncer in transaction mode", () => {
  it("each caller sees their tenant's rows, whosever connection it was before, and no setting stays behind", async () => {
    const { kit, db } = await pooled();
    const tenants = Array.from({ length: 8 }, (_, index) => `tenant-${index}`);
    await Promise.all(tenants.map((tenant) => addNote(db, tenant, "one")));
    const reads = Array.from({ length: 400 }, (_, index) => tenants[index % tenants.length] ?? "");
    const seen = await Promise.all(reads.map((tenant) => readInTenant(db, member(tenant), notes)));
    expect(seen.map((rows) => rows.map(({ body }) => body))).toEqual(reads.map((tenant) => [tenant]));
    const left = await Promise.all(
      Array.from({ length: 12 }, () =>
        db.pool.query("SELECT coalesce(current_setting('app.tenant_id', true), '') AS tenant, pg_backend_pid() AS pid"),
      ),
    );
    expect(new Set(left.map(({ rows }) => rows[0].tenant))).toEqual(new Set([""]));
    const [{ n }] = (await kit.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'kit_service' AND datname = current_database()",
    )) as [{ n: number }];
    expect([1, 2, serverConnections]).toContain(n);
  });

  it("the role's limits and schema hold", async () => {
    const { db } = await pooled();
    const { rows } = await db.pool.query(
      "SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock",
    );
    expect(rows).toEqual([{ path: "kit", statement: "10s", lock: "5s" }]);
  });

  it("locks end with their transactions: of two writes with the same lock, one waits", async () => {
    const { db } = await pooled();
    let inside = 0;
    let most = 0;
    const write = (id: string) =>
      inTenant(db, member("alpha"), async (trx) => {
        await lockUntilEnd(trx, "the lock");
        inside += 1;
        most = Math.max(most, inside);
        await trx.insertInto("notes").values({ tenant_id: "alpha", id, body: "" }).execute();
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 20 }, (_, index) => write(String(index))));
    expect(most).toBe(1);
  });

  it("statements are prepared anew, in writes as in reads, when tables have changed since", async () => {
    const { kit, db } = await pooled();
    const all = () => Promise.all(Array.from({ length: 24 }, () => readInTenant(db, member("alpha"), notes)));
    await addNote(db, "alpha", "one");
    await all();
    await kit.query("ALTER TABLE kit.notes ADD COLUMN more text NOT NULL DEFAULT 'yes'");
    for (const rows of [...(await all()), ...(await all())]) expect(rows).toMatchObject([{ id: "one", more: "yes" }]);
    await addNote(db, "alpha", "two");
    await kit.query("ALTER TABLE kit.notes DROP COLUMN more");
    for (const rows of await all()) expect(rows).toHaveLength(2);
  });

  it("notices come through the connection past it", async () => {
    const { db } = await pooled();
    const heard: string[] = [];
    const connected = Promise.withResolvers<void>();
    const listener = startListener({
      url: db.listenUrl,
      schema: track.schema,
      applicationName: "kit",
      onNotice: ({ position }) => heard.push(position),
      onReconnect: connected.resolve,
      onError: () => undefined,
    });
    onTestFinished(() => listener.stop());
    await connected.promise;
    await recordOne({ db }, "alpha");
    await sequenceBatch(db, track.schema);
    await vi.waitFor(() => expect(heard).toEqual(["1"]));
  });
});
