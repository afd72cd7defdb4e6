import { unwrap } from "@nofx/client";
import { keptLog } from "@nofx/testkit/service";
import { describe, expect, it } from "vitest";
import type { Changes } from "../src/index.ts";
import { freshDatabase, notes } from "./notes.ts";
import { openNotes, readToken, tokenOf } from "./notes-service.ts";

const added = { tenantId: "acme", visibility: "private", type: "note.added" };

describe("a service's parts", () => {
  it("drop cached answers that are out of date, at once where it was written, soon in other replicas", async () => {
    let listening = 0;
    const onChanges = (changes: Changes) => {
      if (changes === null) listening += 1;
    };
    const here = await notes({ onChanges });
    const there = await notes({ onChanges, database: here.database });
    await expect.poll(() => listening).toBe(2);
    const count = async (kit: typeof here) => (await unwrap(kit.admin("acme").countNotes())).notes;
    expect([await count(here), await count(there)]).toEqual([0, 0]);
    await here.database.query("INSERT INTO kit.notes VALUES ('acme', 'behind the back', '')");
    expect([await count(here), await count(there)]).toEqual([0, 0]);
    await unwrap(here.admin("acme").addNote({ body: { id: "one" } }));
    expect(await count(here)).toBe(2);
    await expect.poll(() => count(there)).toBe(2);
  });

  it("tell of what was committed and of what is new in the feed, in every replica, once they listen", async () => {
    const told = { here: [] as Changes[], there: [] as Changes[], announced: [] as Changes[] };
    const here = await notes({ onChanges: (changes) => told.here.push(changes) });
    await notes({ database: here.database, onChanges: (changes) => told.there.push(changes) });
    await expect.poll(() => [told.here, told.there]).toEqual([[null], [null]]);
    here.deps.announced.add((changes) => told.announced.push(changes));
    await unwrap(here.admin("acme").addNote({ body: { id: "one" } }));
    await expect
      .poll(() => told)
      .toEqual({
        here: [null, [expect.objectContaining(added)], [added]],
        there: [null, [added]],
        announced: [[added]],
      });
  });

  it("remember who a token belongs to until they are told to forget", async () => {
    const asked: string[] = [];
    const authenticate = () => (token: string) => {
      asked.push(token);
      return readToken(token);
    };
    const { deps, admin } = await notes({
      authenticate,
      onChanges: (changes, { authenticate }) => {
        if (changes !== null) authenticate.forget();
      },
    });
    const acme = admin("acme");
    for (const _ of [1, 2, 3]) await unwrap(acme.countNotes());
    expect(asked).toEqual([tokenOf("admin", "acme")]);
    deps.authenticate.forget();
    await unwrap(acme.addNote({ body: { id: "one" } }));
    await unwrap(acme.countNotes());
    expect(asked.length).toBeGreaterThan(2);
  });

  it("keep house from the start, and note in the log what fails there", async () => {
    const houses: unknown[] = [];
    const { deps, logged } = await notes({
      housekeeping: async (parts) => {
        houses.push(parts);
        throw new Error("no broom");
      },
    });
    await expect.poll(logged).toContain("no broom");
    expect(houses).toEqual([deps]);
  });

  it("are called as the schema in the log, which goes where LOG_FILE says", async () => {
    const database = await freshDatabase();
    const deps = openNotes({ DATABASE_URL: database.url, LOG_FILE: "/dev/null" });
    expect(deps.log.bindings()).toMatchObject({ service: "kit" });
    expect(deps.now().getTime()).toBeLessThanOrEqual(Date.now());
    await deps.close();
  });

  it("leave no connection behind when they are closed", async () => {
    const database = await freshDatabase();
    const deps = openNotes({ DATABASE_URL: database.url }, { log: keptLog("notes").log });
    const connections = () =>
      database.query("SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'kit_service'");
    await deps.db.pool.query("SELECT 1");
    await expect.poll(async () => (await connections()).length).toBeGreaterThan(1);
    await deps.close();
    await expect.poll(connections).toEqual([]);
  });
});
