import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import type { RecordedChange } from "../src/database.ts";
import { recordEvent } from "../src/event.ts";
import { inSavepoint } from "../src/savepoint.ts";
import { inTenant, lockAllUntilEnd, type TenantTransaction } from "../src/tenant.ts";
import { at, freshKit, type KitTables, member } from "./kit.ts";

const note = async (trx: TenantTransaction<KitTables>, id: string): Promise<void> => {
  await trx.insertInto("notes").values({ tenant_id: "alpha", id, body: "text" }).execute();
  await recordEvent(trx, member("alpha"), at, {
    type: "note.added",
    visibility: "private",
    resourceType: "note",
    resourceId: id,
  });
};

const no = (): never => {
  throw new Error("no");
};

describe("a part of a transaction", () => {
  it("that fails leaves nothing, not even a word of its changes, and the others stay", async () => {
    const { db, query } = await freshKit();
    const announced: RecordedChange[] = [];
    db.committed.add((changes) => announced.push(...changes));
    await inTenant(db, member("alpha"), async (trx) => {
      await inSavepoint(trx, () => note(trx, "first"));
      const outer = inSavepoint(trx, async () => {
        await note(trx, "outer");
        await inSavepoint(trx, () => note(trx, "inner"));
        no();
      });
      await expect(outer).rejects.toThrow("no");
      await inSavepoint(trx, async () => {
        await note(trx, "second");
        await inSavepoint(trx, () => note(trx, "undone").then(no)).catch(() => undefined);
      });
    });
    expect(await query("SELECT id FROM kit.notes ORDER BY id")).toEqual([{ id: "first" }, { id: "second" }]);
    const outbox = "SELECT resource_id FROM kit.outbox UNION ALL SELECT resource_id FROM kit.changes ORDER BY 1";
    expect(await query(outbox)).toEqual([{ resource_id: "first" }, { resource_id: "second" }]);
    expect(await query("SELECT resource_id FROM kit.audit_log ORDER BY 1")).toHaveLength(2);
    expect(announced).toHaveLength(2);
  });

  it("whose statement fails does not fail the transaction, and the error is that of the statement", async () => {
    const { db } = await freshKit();
    const answer = await inTenant(db, member("alpha"), async (trx) => {
      await expect(inSavepoint(trx, () => sql`SELECT 1 / 0`.execute(trx))).rejects.toThrow("division by zero");
      return await sql`SELECT 1 AS one`.execute(trx);
    });
    expect(answer.rows).toEqual([{ one: 1 }]);
  });

  it("gives its own error where the connection breaks, and the transaction fails", async () => {
    const { db, query } = await freshKit();
    const broken = inTenant(db, member("alpha"), (trx) =>
      inSavepoint(trx, async () => {
        await note(trx, "lost");
        const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(trx);
        await query(`SELECT pg_terminate_backend(${rows[0]?.pid})`);
        await sql`SELECT 1`.execute(trx);
      }),
    );
    await expect(broken).rejects.toThrow();
    expect(await query("SELECT FROM kit.notes")).toEqual([]);
  });
});

describe("many locks", () => {
  it("taken by many in any order never end in a deadlock", async () => {
    const { db } = await freshKit();
    const names = Array.from({ length: 50 }, (_, index) => `lock ${index}`);
    let inside = 0;
    const work = async (trx: TenantTransaction<KitTables>, order: readonly string[]): Promise<void> => {
      await lockAllUntilEnd(trx, order);
      inside += 1;
      expect(inside).toBe(1);
      await sql`SELECT pg_sleep(0.005)`.execute(trx);
      inside -= 1;
    };
    const orders = Array.from({ length: 12 }, (_, index) => (index % 2 ? names : names.toReversed()));
    await Promise.all(orders.map((order) => inTenant(db, member("alpha"), (trx) => work(trx, order))));
    expect(inside).toBe(0);
  });
});
