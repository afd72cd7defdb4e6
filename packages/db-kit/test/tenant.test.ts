import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { recordAudit } from "../src/audit.ts";
import type { Database, RecordedChange } from "../src/database.ts";
import { recordEvent } from "../src/event.ts";
import { inTenant, shareLockUntilEnd, type TenantTransaction, type WriteScope } from "../src/tenant.ts";
import { at, everybody, freshKit, type KitTables, member } from "./kit.ts";

type Gate = PromiseWithResolvers<void>;
type Trx = TenantTransaction<KitTables>;

const addNote = (trx: Trx, tenantId: string, id: string, body = "text") =>
  trx.insertInto("notes").values({ tenant_id: tenantId, id, body }).execute();

const noteIds = async (trx: Trx) =>
  (await trx.selectFrom("notes").select("id").orderBy("id").execute()).map((n) => n.id);

const settings = sql<{ tenant: string; subject: string; role: string }>`
  SELECT current_setting('app.tenant_id', true) AS tenant, current_setting('app.subject', true) AS subject,
         current_setting('app.role', true) AS role`;

const collectChanges = (db: Database<KitTables>): RecordedChange[][] => {
  const announced: RecordedChange[][] = [];
  db.committed.add((changes) => announced.push([...changes]));
  return announced;
};

const event = (resourceId: string) =>
  ({ type: "note.added", visibility: "private", resourceType: "note", resourceId }) as const;

const fail = (): never => {
  throw new Error("Nobody should call this");
};

describe("a tenant's transaction", () => {
  it("sees its caller's settings, and the connection's next user sees nothing", async () => {
    const { db } = await freshKit({ connectionsMax: 1 });
    const inside = await inTenant(db, member("alpha"), async (trx) => (await settings.execute(trx)).rows[0]);
    expect(inside).toEqual({ tenant: "alpha", subject: "somebody@alpha", role: "member" });
    const { rows } = await settings.execute(db.kysely);
    expect(rows).toEqual([{ tenant: "", subject: "", role: "" }]);
    expect(await db.kysely.selectFrom("notes").selectAll().execute()).toEqual([]);
  });

  it("leaves nothing on the connection after a failure either", async () => {
    const { db } = await freshKit({ connectionsMax: 1 });
    const failed = inTenant(db, member("alpha"), async () => Promise.reject(new Error("no")));
    await expect(failed).rejects.toThrow("no");
    expect((await settings.execute(db.kysely)).rows).toEqual([{ tenant: "", subject: "", role: "" }]);
  });

  it("neither reads nor changes another tenant's rows", async () => {
    const { db, query } = await freshKit();
    await inTenant(db, member("alpha"), (trx) => addNote(trx, "alpha", "secret"));
    const touched = await inTenant(db, member("beta"), async (trx) => ({
      seen: await noteIds(trx),
      updated: (await trx.updateTable("notes").set({ body: "mine" }).executeTakeFirst()).numUpdatedRows,
      deleted: (await trx.deleteFrom("notes").executeTakeFirst()).numDeletedRows,
    }));
    expect(touched).toEqual({ seen: [], updated: 0n, deleted: 0n });
    expect(await query("SELECT tenant_id, body FROM kit.notes")).toEqual([{ tenant_id: "alpha", body: "text" }]);
  });

  it("writes no row in another tenant's name", async () => {
    const { db } = await freshKit();
    const forged = inTenant(db, member("beta"), (trx) => addNote(trx, "alpha", "forged"));
    await expect(forged).rejects.toMatchObject({ code: "42501" });
  });

  it("sees all tenants' rows as the service, and writes none of theirs", async () => {
    const { db } = await freshKit();
    const asService: WriteScope = { ...everybody, correlationId: "request" };
    for (const tenant of ["alpha", "beta"]) await inTenant(db, member(tenant), (trx) => addNote(trx, tenant, tenant));
    expect(await inTenant(db, asService, noteIds)).toEqual(["alpha", "beta"]);
    await expect(inTenant(db, asService, (trx) => addNote(trx, "alpha", "x"))).rejects.toMatchObject({ code: "42501" });
  });

  it.each(["without", "with"])(
    "waits for others of its lock %s an idempotency key, and reads what they left",
    async (how) => {
      const { db } = await freshKit();
      const once = { operation: "add", fingerprint: "f", replayed: () => undefined, inFlight: fail, reused: fail };
      const count = async (key: string) => {
        const scope = { ...member("alpha"), ...(how === "with" && { once: { ...once, key } }) };
        const work = async (trx: Trx) => {
          const seen = await noteIds(trx);
          await addNote(trx, "alpha", `note-${seen.length}`);
          return seen.length;
        };
        return await inTenant(db, scope, work, { lock: "the note's" });
      };
      const seen = await Promise.all(Array.from({ length: 8 }, (_, n) => count(`key-${n}`)));
      expect(seen.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    },
  );

  it("shares a lock with others who share it, and keeps out whoever wants it alone", async () => {
    const { db, query } = await freshKit();
    const order: string[] = [];
    const isWaiting = async () => (await query("SELECT FROM pg_locks WHERE NOT granted")).length > 0;
    const sharing = (entered: () => void, end: Promise<void>) =>
      inTenant(db, member("alpha"), async (trx) => {
        await shareLockUntilEnd(trx, "the note's");
        entered();
        await end;
        order.push("sharing");
      });
    const [first, second, end] = [0, 1, 2].map(() => Promise.withResolvers<void>()) as [Gate, Gate, Gate];
    const both = [sharing(first.resolve, end.promise), sharing(second.resolve, end.promise)];
    await Promise.all([first.promise, second.promise]);
    const alone = inTenant(db, member("alpha"), async () => order.push("alone"), { lock: "the note's" });
    await expect.poll(isWaiting).toBe(true);
    end.resolve();
    await Promise.all([...both, alone]);
    expect(order).toEqual(["sharing", "sharing", "alone"]);
  });

  it("does not pass for done when the error of a statement was lost", async () => {
    const { db, query } = await freshKit({ connectionsMax: 1 });
    const lost = inTenant(db, member("alpha"), async (trx) => {
      await addNote(trx, "alpha", "one");
      await addNote(trx, "alpha", "one").catch(() => undefined);
    });
    await expect(lost).rejects.toThrow("the error was lost");
    expect(await query("SELECT FROM kit.notes")).toEqual([]);
    await inTenant(db, member("o'brien"), (trx) => addNote(trx, "o'brien", "two"));
  });

  it("undoes everything when the work throws, and passes the error on", async () => {
    const { db, query } = await freshKit();
    const announced = collectChanges(db);
    const reason = new Error("changed my mind");
    const failed = inTenant(db, member("alpha"), async (trx) => {
      await addNote(trx, "alpha", "one");
      await recordEvent(trx, member("alpha"), at, event("one"));
      throw reason;
    });
    await expect(failed).rejects.toBe(reason);
    expect(await query("SELECT FROM kit.notes UNION ALL SELECT FROM kit.outbox")).toEqual([]);
    expect(announced).toEqual([]);
  });

  it("outlives a connection that the server ends between two statements", async () => {
    const { db, query } = await freshKit({ connectionsMax: 1 });
    const failed = inTenant(db, member("alpha"), async (trx) => {
      const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(trx);
      await query("SELECT pg_terminate_backend($1, 5000)", [rows[0]?.pid]);
      await addNote(trx, "alpha", "one");
    });
    await expect(failed).rejects.toThrow();
    expect(await inTenant(db, member("alpha"), noteIds)).toEqual([]);
  });
});

describe("a dry run", () => {
  const work = (scope: WriteScope) => async (trx: Trx) => {
    await addNote(trx, scope.tenantId, "one");
    await recordAudit(trx, scope, at, { action: "note.added", resourceType: "note", resourceId: "one" });
    await recordEvent(trx, scope, at, event("one"));
    return { ids: await noteIds(trx), at };
  };

  it("gives what the real run gives, leaves nothing and announces nothing", async () => {
    const { db, query } = await freshKit();
    const announced = collectChanges(db);
    const scope = member("alpha");
    const dry = await inTenant(db, scope, work(scope), { dryRun: true });
    const left = await query(
      "SELECT FROM kit.notes UNION ALL SELECT FROM kit.outbox UNION ALL SELECT FROM kit.audit_log",
    );
    expect(left).toEqual([]);
    expect(announced).toEqual([]);
    expect(dry).toEqual(await inTenant(db, scope, work(scope)));
    expect(announced).toHaveLength(1);
  });

  it("fails as the real run fails", async () => {
    const { db } = await freshKit();
    const scope = member("alpha");
    await inTenant(db, scope, work(scope));
    await expect(inTenant(db, scope, work(scope), { dryRun: true })).rejects.toMatchObject({ code: "23505" });
  });
});

describe("listeners on commits", () => {
  it("get exactly the changes that were recorded, in order, and only after the commit", async () => {
    const { db, query } = await freshKit();
    const seenWhenCalled: Promise<unknown[]>[] = [];
    const announced = collectChanges(db);
    db.committed.add(() => seenWhenCalled.push(query("SELECT resource_id FROM kit.outbox ORDER BY id")));
    const ids = await inTenant(db, member("alpha"), async (trx) => {
      const first = await recordEvent(trx, member("alpha"), at, event("one"));
      const second = await recordEvent(trx, member("alpha"), at, { ...event("two"), visibility: "public" });
      expect(announced).toEqual([]);
      return [first, second];
    });
    expect(announced).toEqual([
      [
        { id: ids[0], type: "note.added", tenantId: "alpha", visibility: "private" },
        { id: ids[1], type: "note.added", tenantId: "alpha", visibility: "public" },
      ],
    ]);
    expect(await Promise.all(seenWhenCalled)).toEqual([[{ resource_id: "one" }, { resource_id: "two" }]]);
  });

  it("are not called for a transaction without changes", async () => {
    const { db } = await freshKit();
    const announced = collectChanges(db);
    await inTenant(db, member("alpha"), (trx) => addNote(trx, "alpha", "quiet"));
    expect(announced).toEqual([]);
  });
});
