import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readChanges } from "../src/changes.ts";
import type { Database } from "../src/database.ts";
import { recordEvent } from "../src/event.ts";
import { sequenceBatch, startSequencer } from "../src/sequencer.ts";
import { inTenant } from "../src/tenant.ts";
import { fillOutbox, placed, recordOne } from "./feed.ts";
import { at, everybody, freshKit, type Kit, type KitTables, member, track } from "./kit.ts";

const hour = 3_600_000;

const started = (db: Database<KitTables>, options: { pollMs?: number; onError?: (error: Error) => void } = {}) => {
  const fail = (error: Error) => {
    throw error;
  };
  const sequencer = startSequencer(db, { schema: track.schema, pollMs: hour, onError: fail, ...options });
  onTestFinished(() => sequencer.stop());
  return sequencer;
};

const count = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

const allPlaced = (kit: Kit, n: number) =>
  vi.waitFor(async () => expect(await placed(kit)).toHaveLength(n), { timeout: 5_000, interval: 10 });

describe("one batch", () => {
  it("gives positions without gaps in the order of the outbox, 500 at a time", async () => {
    const kit = await freshKit();
    await fillOutbox(kit, 1203);
    const moved = [];
    for (let batch = 0; batch < 4; batch += 1) moved.push(await sequenceBatch(kit.db, track.schema));
    expect(moved).toEqual([500, 500, 203, 0]);
    expect(await placed(kit)).toEqual(count(1203).map((n) => ({ position: n, resource_id: String(n) })));
    expect(await kit.query("SELECT FROM kit.outbox")).toEqual([]);
    expect(await kit.query("SELECT position FROM kit.feed")).toEqual([{ position: "1203" }]);
  });

  it("moves nothing while another sequencer is at work, and does not wait for it", async () => {
    const kit = await freshKit();
    await recordOne(kit, "alpha");
    await kit.db.kysely.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('kit.sequencer', 0))`.execute(trx);
      expect(await sequenceBatch(kit.db, track.schema)).toBe(0);
    });
    expect(await sequenceBatch(kit.db, track.schema)).toBe(1);
  });

  it("is undone as a whole when it fails", async () => {
    const kit = await freshKit();
    await recordOne(kit, "alpha");
    await kit.query("ALTER TABLE kit.changes ADD CONSTRAINT broken CHECK (false) NOT VALID");
    await expect(sequenceBatch(kit.db, track.schema)).rejects.toMatchObject({ code: "23514" });
    await kit.query("ALTER TABLE kit.changes DROP CONSTRAINT broken");
    expect(await sequenceBatch(kit.db, track.schema)).toBe(1);
    expect(await placed(kit)).toEqual([{ position: 1, resource_id: "one" }]);
  });
});

describe("a sequencer", () => {
  it("starts with what is there already, however much", async () => {
    const kit = await freshKit();
    await fillOutbox(kit, 1203);
    started(kit.db);
    await allPlaced(kit, 1203);
  });

  it("places what is committed through its database at once", async () => {
    const kit = await freshKit();
    started(kit.db);
    for (const n of count(3)) {
      await recordOne(kit, "alpha", String(n));
      await allPlaced(kit, n);
    }
  });

  it("finds what other processes committed at the next poll", async () => {
    const kit = await freshKit();
    started(kit.db, { pollMs: 20 });
    await recordOne({ db: kit.open() }, "alpha");
    await allPlaced(kit, 1);
  });

  it("reports an error and works on when it is told of new changes", async () => {
    const kit = await freshKit();
    const errors: Error[] = [];
    await kit.query("ALTER TABLE kit.feed RENAME TO hidden");
    await recordOne(kit, "alpha", "first");
    const sequencer = started(kit.db, { onError: (error) => errors.push(error) });
    await vi.waitFor(() => expect(errors).toMatchObject([{ code: "42P01" }]));
    await kit.query("ALTER TABLE kit.hidden RENAME TO feed");
    sequencer.kick();
    await allPlaced(kit, 1);
    expect(errors).toHaveLength(1);
  });

  it("ends after the batch at hand, and nothing wakes it again", async () => {
    const kit = await freshKit();
    await fillOutbox(kit, 1203);
    const sequencer = startSequencer(kit.db, { schema: track.schema, pollMs: 1, onError: () => undefined });
    await sequencer.stop();
    expect(await placed(kit)).toHaveLength(500);
    sequencer.kick();
    await recordOne(kit, "alpha");
    await sequencer.stop();
    expect(await placed(kit)).toHaveLength(500);
    expect(kit.db.committed.size).toBe(0);
  });
});

describe("with eight writers whose commits overtake each other", () => {
  const writers = 8;
  const perWriter = 30;

  /** Commits its changes one after the other, each some time after it took its place in the outbox. */
  const write = async (kit: Kit, writer: number): Promise<void> => {
    const scope = member(`writer-${writer}`);
    for (const n of count(perWriter)) {
      await inTenant(kit.db, scope, async (trx) => {
        const event = {
          type: "note.added",
          visibility: "private",
          resourceType: "note",
          resourceId: String(n),
        } as const;
        await recordEvent(trx, scope, at, event);
        await delay(Math.random() * 8);
      });
    }
  };

  /** Pages through the feed until everything was seen, or everything was written and nothing more comes. */
  const follow = async (kit: Kit, written: Promise<unknown>) => {
    const seen: { position: bigint; writer: string; n: number }[] = [];
    const finished = written.then(() => Date.now() + 3_000);
    let position = 0n;
    while (seen.length < writers * perWriter) {
      const page = await readChanges(kit.db, everybody, position, 7);
      for (const row of page.rows)
        seen.push({ position: BigInt(row.position), writer: row.tenant_id, n: Number(row.resource_id) });
      position = page.position;
      if (page.rows.length === 0 && Date.now() > (await Promise.race([finished, Number.POSITIVE_INFINITY]))) break;
    }
    return seen;
  };

  it.each([1, 2])("a reader misses nothing and sees nothing twice with %i sequencers", async (sequencers) => {
    const kit = await freshKit({ connectionsMax: 12 });
    started(kit.db, { pollMs: 5 });
    for (let more = 1; more < sequencers; more += 1) started(kit.open(), { pollMs: 1 });
    const written = Promise.all(count(writers).map((writer) => write(kit, writer)));
    const seen = await follow(kit, written);
    await written;
    expect(seen.map(({ position }) => Number(position))).toEqual(count(writers * perWriter));
    for (const writer of count(writers)) {
      const own = seen.filter((change) => change.writer === `writer-${writer}`).map(({ n }) => n);
      expect(own).toEqual(count(perWriter));
    }
  });
});
