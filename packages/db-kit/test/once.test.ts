import { describe, expect, it } from "vitest";
import { deleteExpiredKeys } from "../src/housekeeping.ts";
import { keptOrNew } from "../src/kept-result.ts";
import type { Once } from "../src/once.ts";
import { inTenant, type TenantTransaction, type WriteScope } from "../src/tenant.ts";
import { asAdmin, freshKit, type Kit, type KitTables, member } from "./kit.ts";

interface Tracked extends Once {
  /** What the kit told the caller. */
  readonly told: string[];
}

const once = (key: string, fingerprint = "body-1", operation = "addNote"): Tracked => {
  const told: string[] = [];
  const refuse = (what: string): never => {
    told.push(what);
    throw new Error(what);
  };
  return {
    operation,
    key,
    fingerprint,
    told,
    replayed: () => told.push("replayed"),
    inFlight: () => refuse("in flight"),
    reused: () => refuse("reused"),
  };
};

let notes = 0;

/** Adds one note and gives an answer that is never the same twice. */
const addNote = async (trx: TenantTransaction<KitTables>) => {
  notes += 1;
  await trx
    .insertInto("notes")
    .values({ tenant_id: "alpha", id: `note-${notes}`, body: "text" })
    .execute();
  return { id: `note-${notes}`, list: [1, null, "two"] };
};

const run = (kit: Kit, key: Once, scope: WriteScope = member("alpha")) =>
  inTenant(kit.db, { ...scope, once: key }, addNote);

const count = async (kit: Kit, table: "notes" | "idempotency_keys"): Promise<number> =>
  (await kit.query(`SELECT FROM kit.${table}`)).length;

describe("an idempotency key", () => {
  it("gives the first result again for the same request, without a second effect", async () => {
    const kit = await freshKit();
    const [first, second] = [once("key"), once("key")];
    const result = await run(kit, first);
    expect(await run(kit, second)).toEqual(result);
    expect([first.told, second.told]).toEqual([[], ["replayed"]]);
    expect(await count(kit, "notes")).toBe(1);
  });

  it("is refused for another request", async () => {
    const kit = await freshKit();
    await run(kit, once("key", "body-1"));
    const other = once("key", "body-2");
    await expect(run(kit, other)).rejects.toThrow("reused");
    expect(other.told).toEqual(["reused"]);
    expect(await count(kit, "notes")).toBe(1);
  });

  it("belongs to one operation", async () => {
    const kit = await freshKit();
    await run(kit, once("key", "body-1", "addNote"));
    await run(kit, once("key", "body-2", "dropNote"));
    expect(await count(kit, "notes")).toBe(2);
  });

  it("belongs to one tenant, also while both are at work", async () => {
    const kit = await freshKit();
    const [ours, theirs] = [once("key"), once("key")];
    await inTenant(kit.db, { ...member("beta"), once: theirs }, async () => run(kit, ours));
    expect([ours.told, theirs.told]).toEqual([[], []]);
    expect(await count(kit, "idempotency_keys")).toBe(2);
  });

  it("is in flight while the first request's transaction is open, and nobody waits", async () => {
    const kit = await freshKit();
    const second = once("key");
    const result = await inTenant(kit.db, { ...member("alpha"), once: once("key") }, async (trx) => {
      await expect(run(kit, second)).rejects.toThrow("in flight");
      return await addNote(trx);
    });
    expect(second.told).toEqual(["in flight"]);
    expect(await run(kit, once("key"))).toEqual(result);
    expect(await count(kit, "notes")).toBe(1);
  });

  it("lets exactly one of many simultaneous requests through", async () => {
    const kit = await freshKit({ connectionsMax: 10 });
    const keys = Array.from({ length: 10 }, () => once("key"));
    await Promise.allSettled(keys.map((key) => run(kit, key)));
    expect(await count(kit, "notes")).toBe(1);
    expect(keys.filter(({ told }) => told.length === 0)).toHaveLength(1);
  });

  it("is free again after a failure: an error stores nothing", async () => {
    const kit = await freshKit();
    const failed = inTenant(kit.db, { ...member("alpha"), once: once("key") }, async (trx) => {
      await addNote(trx);
      throw new Error("half way");
    });
    await expect(failed).rejects.toThrow("half way");
    expect(await count(kit, "idempotency_keys")).toBe(0);
    const again = once("key", "body-2");
    await run(kit, again);
    expect(again.told).toEqual([]);
    expect(await count(kit, "notes")).toBe(1);
  });

  it("is taken over by another request once it has expired", async () => {
    const kit = await freshKit();
    await run(kit, once("key", "body-1"));
    await kit.query("UPDATE kit.idempotency_keys SET expires_at = now() - interval '1 second'");
    const result = await run(kit, once("key", "body-2"));
    expect(await run(kit, once("key", "body-2"))).toEqual(result);
    expect(await count(kit, "notes")).toBe(2);
    expect(await count(kit, "idempotency_keys")).toBe(1);
  });

  it("is remembered for 24 hours", async () => {
    const kit = await freshKit();
    await run(kit, once("key"));
    const [row] = await kit.query<{ hours: number }>(
      "SELECT round(extract(epoch FROM expires_at - now()) / 3600)::int AS hours FROM kit.idempotency_keys",
    );
    expect(row).toEqual({ hours: 24 });
  });
});

describe("work that asks somebody else before its transaction", () => {
  const asking = (kit: Kit, key: Once | undefined, asked: () => Promise<void>, scope = member("alpha")) => {
    const own = { ...scope, once: key };
    return keptOrNew(kit.db, own, async () => {
      await asked();
      return await inTenant(kit.db, own, addNote);
    });
  };
  const answers = () => Promise.resolve();
  const isDown = () => Promise.reject(new Error("down"));

  it("asks nobody for a request that comes again", async () => {
    const kit = await freshKit();
    const [first, second] = [once("key"), once("key")];
    const result = await asking(kit, first, answers);
    expect(await asking(kit, second, isDown)).toEqual(result);
    expect([first.told, second.told]).toEqual([[], ["replayed"]]);
    expect(await count(kit, "notes")).toBe(1);
  });

  it("asks for every other one: without a key, of another tenant or operation, or after its time", async () => {
    const kit = await freshKit();
    await asking(kit, once("key"), answers);
    await expect(asking(kit, undefined, isDown)).rejects.toThrow("down");
    await expect(asking(kit, once("key"), isDown, member("beta"))).rejects.toThrow("down");
    await expect(asking(kit, once("key", "body-1", "dropNote"), isDown)).rejects.toThrow("down");
    await kit.query("UPDATE kit.idempotency_keys SET expires_at = now() - interval '1 second'");
    await expect(asking(kit, once("key"), isDown)).rejects.toThrow("down");
  });

  it("refuses a key that was used for another request, before it asks", async () => {
    const kit = await freshKit();
    await asking(kit, once("key", "body-1"), answers);
    await expect(asking(kit, once("key", "body-2"), isDown)).rejects.toThrow("reused");
  });

  it("has one effect also if the same request comes while it asks", async () => {
    const kit = await freshKit();
    const meanwhile = once("key");
    const outer = once("key");
    const result = await asking(kit, outer, async () => void (await asking(kit, meanwhile, answers)));
    expect([outer.told, meanwhile.told]).toEqual([["replayed"], []]);
    expect(await run(kit, once("key"))).toEqual(result);
    expect(await count(kit, "notes")).toBe(1);
  });
});

describe("housekeeping", () => {
  const fill = (kit: Kit, tenant: string, rows: number, expires: string) =>
    kit.query(
      `INSERT INTO kit.idempotency_keys (tenant_id, operation, key, fingerprint, result, expires_at)
       SELECT $1, 'addNote', $3 || n, 'f', '{}', now() + $3::interval FROM generate_series(1, $2::int) n`,
      [tenant, rows, expires],
    );

  it("deletes all tenants' expired keys and no other, 1,000 at a time", async () => {
    const kit = await freshKit();
    await fill(kit, "alpha", 700, "-1 second");
    await fill(kit, "beta", 700, "-1 day");
    await fill(kit, "beta", 3, "1 hour");
    expect(await deleteExpiredKeys(kit.db)).toBe(1000);
    expect(await deleteExpiredKeys(kit.db)).toBe(400);
    expect(await deleteExpiredKeys(kit.db)).toBe(0);
    expect(await count(kit, "idempotency_keys")).toBe(3);
  });

  it("leaves to another replica the keys that it is deleting, and does not wait for it", async () => {
    const kit = await freshKit();
    await fill(kit, "alpha", 5, "-1 second");
    await asAdmin(kit.adminUrl, async (replica) => {
      await replica.query("BEGIN; DELETE FROM kit.idempotency_keys WHERE key LIKE '%1' OR key LIKE '%2'");
      expect(await deleteExpiredKeys(kit.db)).toBe(3);
      await replica.query("ROLLBACK");
    });
    expect(await deleteExpiredKeys(kit.db)).toBe(2);
  });
});
