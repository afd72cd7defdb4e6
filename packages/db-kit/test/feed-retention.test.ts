import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { pruneFeed, renewEpoch } from "../src/feed-retention.ts";
import { startListener } from "../src/listener.ts";
import { type FeedNotice, sequenceBatch } from "../src/sequencer.ts";
import { inTenant } from "../src/tenant.ts";
import { fillOutbox, placed } from "./feed.ts";
import { at, freshKit, type Kit, member, track } from "./kit.ts";

/** Ten changes, one a second, the last at `at`. */
const tenChanges = async (): Promise<Kit> => {
  const kit = await freshKit();
  await fillOutbox(kit, 10);
  await sequenceBatch(kit.db, track.schema);
  await kit.query("UPDATE kit.changes SET at = $1::timestamptz - (10 - position) * interval '1 second'", [at]);
  return kit;
};
const positions = async (kit: Kit) => (await placed(kit)).map(({ position }) => position);
const prunedTo = async (kit: Kit) => (await kit.query<{ p: number }>("SELECT pruned_to::int AS p FROM kit.feed"))[0]?.p;
const secondsBefore = (seconds: number) => new Date(at.getTime() - seconds * 1000);

describe("pruning the feed", () => {
  it("deletes what is older than its retention in batches, and notes how far", async () => {
    const kit = await tenChanges();
    const deleted = [];
    for (let call = 0; call < 4; call += 1) deleted.push(await pruneFeed(kit.db, track.schema, secondsBefore(4), 2));
    expect(deleted).toEqual([2, 2, 1, 0]);
    expect([await positions(kit), await prunedTo(kit)]).toEqual([[6, 7, 8, 9, 10], 5]);
  });

  it("leaves everything if nothing is old enough", async () => {
    const kit = await tenChanges();
    expect(await pruneFeed(kit.db, track.schema, secondsBefore(60))).toBe(0);
    expect([(await positions(kit)).length, await prunedTo(kit)]).toEqual([10, 0]);
  });

  it("stops at the first young change, also if an old one follows: what is left has no gap", async () => {
    const kit = await tenChanges();
    await kit.query("UPDATE kit.changes SET at = $1 WHERE position = 3", [at]);
    expect(await pruneFeed(kit.db, track.schema, secondsBefore(0))).toBe(2);
    expect((await positions(kit))[0]).toBe(3);
  });

  it("may empty the feed; the next change has the next position", async () => {
    const kit = await tenChanges();
    expect(await pruneFeed(kit.db, track.schema, new Date(at.getTime() + 1))).toBe(10);
    await fillOutbox(kit, 1);
    await sequenceBatch(kit.db, track.schema);
    expect([await positions(kit), await prunedTo(kit)]).toEqual([[11], 10]);
  });

  it("does nothing while another replica is at work, and deletes each change once when several are", async () => {
    const kit = await tenChanges();
    await kit.db.kysely.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('kit.feed_retention', 0))`.execute(trx);
      expect(await pruneFeed(kit.db, track.schema, at)).toBe(0);
    });
    const all = await Promise.all([1, 2, 3, 4].map(() => pruneFeed(kit.db, track.schema, at)));
    expect(all.reduce((sum, deleted) => sum + deleted)).toBe(9);
    expect([await positions(kit), await prunedTo(kit)]).toEqual([[10], 9]);
  });

  it("is refused to everybody but the service itself", async () => {
    const kit = await tenChanges();
    const deleted = await inTenant(kit.db, member("alpha"), (trx) => sql`DELETE FROM changes`.execute(trx));
    expect(deleted.numAffectedRows).toBe(0n);
    expect((await positions(kit)).length).toBe(10);
  });
});

describe("a new epoch", () => {
  it("is announced to everybody", async () => {
    const kit = await tenChanges();
    const ready = Promise.withResolvers<void>();
    const heard = Promise.withResolvers<FeedNotice>();
    const listener = startListener({
      url: kit.url,
      schema: track.schema,
      applicationName: "test",
      onNotice: heard.resolve,
      onReconnect: ready.resolve,
      onError: heard.reject,
    });
    await ready.promise;
    await inTenant(kit.db, member(""), (trx) => renewEpoch(trx, track.schema));
    expect(await heard.promise).toEqual({ position: "10", changes: null });
    await listener.stop();
  });
});
