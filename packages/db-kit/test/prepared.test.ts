import type { Kysely } from "kysely";
import { describe, expect, it } from "vitest";
import { inTenant } from "../src/tenant.ts";
import { readInTenant } from "../src/tenant-read.ts";
import { freshKit, type Kit, type KitTables, member } from "./kit.ts";

const alpha = member("alpha");
const notes = (query: Kysely<KitTables>) => query.selectFrom("notes").selectAll();
const addNote = (kit: Kit, id: string) =>
  inTenant(kit.db, alpha, (trx) =>
    trx.insertInto("notes").values({ tenant_id: "alpha", id, body: "text" }).returningAll().executeTakeFirstOrThrow(),
  );

const prepared = async ({ db }: Kit): Promise<string[]> =>
  (await db.pool.query<{ statement: string }>("SELECT statement FROM pg_prepared_statements")).rows.map(
    ({ statement }) => statement,
  );

describe("the statements of a connection", () => {
  it("are prepared once, in writes as in reads", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    for (const id of ["one", "two", "three"]) await addNote(kit, id);
    const inserts = (await prepared(kit)).filter((statement) => statement.startsWith("insert"));
    expect(inserts).toHaveLength(1);
  });

  it("are prepared anew when a table has got a column since, and no caller notices", async () => {
    const kit = await freshKit({ connectionsMax: 2 });
    await Promise.all([addNote(kit, "one"), addNote(kit, "two")]);
    const read = () => readInTenant(kit.db, alpha, notes);
    await Promise.all([read(), read()]);
    await kit.query("ALTER TABLE kit.notes ADD COLUMN more text NOT NULL DEFAULT 'yes'");
    const written = await Promise.all([addNote(kit, "three"), addNote(kit, "four")]);
    expect(written).toMatchObject([
      { id: "three", more: "yes" },
      { id: "four", more: "yes" },
    ]);
    await Promise.all([read(), read()]);
    await kit.query("ALTER TABLE kit.notes DROP COLUMN more");
    for (const rows of await Promise.all([read(), read()])) {
      expect(rows.map(({ id }) => id).sort()).toEqual(["four", "one", "three", "two"]);
      expect(rows[0]).not.toHaveProperty("more");
    }
    expect((await addNote(kit, "five")).id).toBe("five");
    expect(await kit.query("SELECT count(*)::int AS n FROM kit.notes")).toEqual([{ n: 5 }]);
  });

  it("that no transaction holds fail once, and are prepared anew the next time", async () => {
    const kit = await freshKit({ connectionsMax: 1 });
    const query = () => notes(kit.db.kysely).where("id", "=", "one").execute();
    expect(await query()).toEqual([]);
    await kit.query("ALTER TABLE kit.notes ADD COLUMN more text");
    await expect(query()).rejects.toMatchObject({ code: "0A000" });
    expect(await query()).toEqual([]);
  });
});
