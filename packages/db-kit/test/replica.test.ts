import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { asRole } from "../src/connection-string.ts";
import { type Database, openDatabase } from "../src/database.ts";
import {
  type EmbeddedServer,
  startPrimaryForTests,
  startReplicaForTests,
  type TestReplica,
} from "../src/embedded/index.ts";
import { migrateUp } from "../src/migrate.ts";
import { provisionRole } from "../src/provision.ts";
import type { ReadOutcome } from "../src/replica.ts";
import { inTenant } from "../src/tenant.ts";
import { readInTenant } from "../src/tenant-read.ts";
import { asAdmin, everybody, type KitTables, member, onDatabase, service, track } from "./kit.ts";

let primary: EmbeddedServer;
let replica: TestReplica;
let url: string;

beforeAll(async () => {
  primary = await startPrimaryForTests();
  await provisionRole(primary.url, { ...service, schema: track.schema });
  await asAdmin(primary.url, (client) => client.query("CREATE DATABASE kit"));
  await migrateUp(onDatabase(primary.url, "kit"), track);
  url = asRole(onDatabase(primary.url, "kit"), service.role, service.password);
  replica = await startReplicaForTests(primary);
}, 60_000);
afterAll(async () => {
  await replica?.stop();
  await primary?.stop();
});

const open = (readUrl: string = replica.urlOf(url), more: { readonly url?: string } = {}): Database<KitTables> => {
  const options = { url, readUrl, applicationName: "kit", connectionsMax: 3, ...more };
  const db = openDatabase<KitTables>({ ...options, onIdleError: () => undefined });
  onTestFinished(() => db.close());
  return db;
};

const raw =
  <Row>(fragment: ReturnType<typeof sql<Row>>) =>
  (query: Kysely<KitTables>) => ({ compile: () => fragment.compile(query) });

const isCopy = raw(sql<{ copy: boolean }>`SELECT pg_is_in_recovery() AS copy`);

/** Whether a replica answered. */
const answeredByCopy = async (reads: Database<KitTables>["reads"]): Promise<boolean | undefined> =>
  (await readInTenant(reads, everybody, isCopy))[0]?.copy;

const outcomes = ({ replica: watched }: Database<KitTables>): Partial<Record<ReadOutcome, number>> =>
  Object.fromEntries([...(watched?.outcomes ?? [])].filter(([, count]) => count > 0));

const write = (db: Database<KitTables>, id: string): Promise<unknown> =>
  inTenant(db, member("alpha"), (trx) =>
    trx.insertInto("notes").values({ tenant_id: "alpha", id, body: "" }).execute(),
  );

describe("reads that may be a moment old", () => {
  it("come from the replica, all others from the primary, under the same rules", async () => {
    const db = open();
    await write(db, "of-alpha");
    await replica.caughtUp();
    expect([await answeredByCopy(db.reads), await answeredByCopy(db)]).toEqual([true, false]);
    const notes = (query: Kysely<KitTables>) => query.selectFrom("notes").select("id");
    expect(await readInTenant(db.reads, member("alpha"), notes)).toEqual([{ id: "of-alpha" }]);
    expect(await readInTenant(db.reads, member("beta"), notes)).toEqual([]);
    expect(outcomes(db)).toEqual({ replica: 3 });
    expect(await db.replica?.standing()).toMatchObject({ refusal: undefined, lagMs: expect.any(Number) });
  });

  it("come from the primary where there is no replica", async () => {
    const db = open("");
    expect(db.replica).toBeUndefined();
    expect(await answeredByCopy(db.reads)).toBe(false);
  });

  it("come from the primary while the replica is away, and from the replica when it is back", async () => {
    const db = open();
    expect(await answeredByCopy(db.reads)).toBe(true);
    await replica.halt();
    const answers = await Promise.all(Array.from({ length: 6 }, () => answeredByCopy(db.reads)));
    expect(answers).toEqual(Array(6).fill(false));
    expect(await db.replica?.standing()).toMatchObject({ refusal: "away", reason: "ECONNREFUSED" });
    expect(await answeredByCopy(db.reads)).toBe(false);
    expect(outcomes(db).away).toBeGreaterThan(0);
    await replica.resume();
    await expect.poll(() => answeredByCopy(db.reads), { timeout: 10_000, interval: 100 }).toBe(true);
  }, 30_000);

  it("come from the primary when the replica ends the connection in the middle of one", async () => {
    const db = open();
    expect(await answeredByCopy(db.reads)).toBe(true);
    const slow = raw(sql<{ copy: boolean }>`
      SELECT pg_is_in_recovery() AS copy FROM pg_sleep(CASE WHEN pg_is_in_recovery() THEN 60 ELSE 0 END)`);
    const asked = readInTenant(db.reads, everybody, slow);
    const end = `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
    await expect
      .poll(() => asAdmin(replica.urlOf(primary.url), async (client) => (await client.query(end)).rows))
      .toEqual([{ ended: true }]);
    expect(await asked).toEqual([{ copy: false }]);
    expect(outcomes(db)).toEqual({ replica: 1, failed: 1 });
  });

  it("come from the primary when the replica must give up rows that a reader needs", async () => {
    const db = open();
    await write(db, "short-lived");
    await replica.caughtUp();
    const slow = raw(sql<{ copy: boolean }>`
      SELECT pg_is_in_recovery() AS copy FROM (SELECT count(*) FROM notes) n,
        pg_sleep(CASE WHEN pg_is_in_recovery() THEN 60 ELSE 0 END)`);
    const asked = readInTenant(db.reads, everybody, slow);
    const sleeping = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    await expect
      .poll(() => asAdmin(replica.urlOf(primary.url), async (client) => (await client.query(sleeping)).rowCount))
      .toBe(1);
    await asAdmin(onDatabase(primary.url, "kit"), async (client) => {
      await client.query("DELETE FROM kit.notes WHERE id = 'short-lived'");
      await client.query("VACUUM kit.notes");
    });
    expect(await asked).toEqual([{ copy: false }]);
    expect(outcomes(db)).toEqual({ failed: 1 });
  });

  it("come from the primary while the replica lacks a table that the primary has", async () => {
    const db = open();
    await replica.caughtUp();
    await replica.replay(false);
    onTestFinished(() => replica.replay(true));
    await asAdmin(onDatabase(primary.url, "kit"), async (client) => {
      await client.query("CREATE TABLE kit.later (n int)");
      await client.query(`GRANT SELECT ON kit.later TO ${service.role}`);
    });
    expect(await readInTenant(db.reads, everybody, raw(sql`SELECT n FROM later`))).toEqual([]);
    expect(outcomes(db)).toEqual({ failed: 1 });
  });

  it("come from the primary while the replica is more than ten seconds behind", async () => {
    await replica.caughtUp();
    await replica.replay(false);
    onTestFinished(() => replica.replay(true));
    await write(open(), "not-replayed");
    const db = open();
    const { refusal, lagMs = 0 } = (await db.replica?.standing()) ?? {};
    expect([refusal, lagMs < 10_000]).toEqual([undefined, true]);
    await expect.poll(() => answeredByCopy(db.reads), { timeout: 20_000, interval: 250 }).toBe(false);
    expect((await db.replica?.standing())?.lagMs).toBeGreaterThan(10_000);
    expect(outcomes(db).behind).toBe(1);
    await replica.replay(true);
    await expect.poll(() => answeredByCopy(db.reads), { timeout: 10_000, interval: 250 }).toBe(true);
  }, 40_000);

  it("are answered by the replica while the primary is away", async () => {
    const nowhere = new URL(url);
    nowhere.port = "1";
    const db = open(replica.urlOf(url), { url: nowhere.href });
    expect(await answeredByCopy(db.reads)).toBe(true);
    expect(await db.replica?.standing()).toMatchObject({ refusal: undefined, lagMs: undefined });
    await expect(answeredByCopy(db)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("do not come from a replica as a role that may see everything", async () => {
    const db = open(replica.urlOf(onDatabase(primary.url, "kit")));
    expect(await answeredByCopy(db.reads)).toBe(false);
    expect((await db.replica?.standing())?.reason).toMatch(/"postgres" is a superuser/);
  });

  it("that are wrong fail once, and are asked of nobody else", async () => {
    const db = open();
    await expect(readInTenant(db.reads, everybody, raw(sql`SELECT 1 / 0`))).rejects.toMatchObject({ code: "22012" });
    expect(outcomes(db)).toEqual({});
    await expect(db.reads.ask(async () => Promise.reject(new Error("of the reader's own")))).rejects.toThrow(/own/);
  });
});
