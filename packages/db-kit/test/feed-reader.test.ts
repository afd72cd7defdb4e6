import { describe, expect, it } from "vitest";
import type { ChangePage } from "../src/changes.ts";
import { awaitChanges, type FeedGone, type FeedPlace, followFeed, readFeed } from "../src/feed-reader.ts";
import { pruneFeed, renewEpoch } from "../src/feed-retention.ts";
import { feedSignal } from "../src/feed-signal.ts";
import { sequenceBatch } from "../src/sequencer.ts";
import { inTenant } from "../src/tenant.ts";
import { fillOutbox, recordOne } from "./feed.ts";
import { at, everybody, freshKit, type Kit, member, track } from "./kit.ts";

const minute = 60_000;
const never = new AbortController().signal;
const known = (page: ChangePage | FeedGone): ChangePage => {
  if ("gone" in page) throw new Error(page.gone);
  return page;
};
const names = (page: ChangePage | FeedGone) => known(page).rows.map((row) => row.resource_id);
const placeOf = ({ epoch, position }: ChangePage) => ({ epoch, position });

/** A feed of five changes, the first two of which are past their retention. */
const prunedFeed = async (): Promise<Kit & { epoch: string }> => {
  const kit = await freshKit();
  await fillOutbox(kit, 5);
  await sequenceBatch(kit.db, track.schema);
  const long = new Date(at.getTime() - minute);
  await kit.query("UPDATE kit.changes SET at = CASE WHEN position < 3 THEN $1::timestamptz ELSE $2 END", [long, at]);
  await pruneFeed(kit.db, track.schema, at);
  return { ...kit, epoch: known(await readFeed(kit.db, everybody, "now", 1)).epoch };
};

const add = async (kit: Kit, name: string) => {
  await recordOne(kit, "alpha", name);
  await sequenceBatch(kit.db, track.schema);
};

describe("where a reader begins", () => {
  it("from the start, at the first change, if none is missing", async () => {
    const kit = await freshKit();
    await fillOutbox(kit, 3);
    await sequenceBatch(kit.db, track.schema);
    expect(names(await readFeed(kit.db, everybody, "start", 2))).toEqual(["1", "2"]);
  });

  it("from now, behind everything, and then it misses nothing", async () => {
    const kit = await prunedFeed();
    const now = known(await readFeed(kit.db, everybody, "now", 10));
    expect(now).toMatchObject({ rows: [], position: 5n, head: 5n });
    await add(kit, "next");
    expect(names(await readFeed(kit.db, everybody, placeOf(now), 10))).toEqual(["next"]);
  });

  it("from the oldest change that is left", async () => {
    expect(names(await readFeed((await prunedFeed()).db, everybody, "oldest", 10))).toEqual(["3", "4", "5"]);
  });

  it.each<[why: string, place: (epoch: string) => FeedPlace, gone: RegExp]>([
    ["the start, when the first changes are gone", () => "start", /first changes/],
    ["a position before changes that are gone", (epoch) => ({ epoch, position: 1n }), /past their retention/],
    ["a position that the feed has not given out", (epoch) => ({ epoch, position: 6n }), /ahead of the feed/],
    ["a position of another epoch", () => ({ epoch: "other", position: 5n }), /before a restore/],
  ])("not from %s", async (_why, place, gone) => {
    const { db, epoch } = await prunedFeed();
    expect(await readFeed(db, everybody, place(epoch), 10)).toEqual({ gone: expect.stringMatching(gone) });
  });

  it("from a position just behind what is gone", async () => {
    const { db, epoch } = await prunedFeed();
    expect(names(await readFeed(db, everybody, { epoch, position: 2n }, 10))).toEqual(["3", "4", "5"]);
  });
});

describe("waiting for changes", () => {
  it("ends with the first change, with the time, or with the signal", async () => {
    const kit = await prunedFeed();
    const feed = { db: kit.db, signal: feedSignal() };
    const place = { epoch: kit.epoch, position: 5n };
    const waiting = awaitChanges(feed, everybody, place, { limit: 10, waitMs: minute, signal: never });
    await add(kit, "next");
    feed.signal.signal(null);
    expect(names(await waiting)).toEqual(["next"]);
    const after = { ...place, position: 6n };
    expect(names(await awaitChanges(feed, everybody, after, { limit: 10, waitMs: 5, signal: never }))).toEqual([]);
    const hungUp = new AbortController();
    const cut = awaitChanges(feed, everybody, after, { limit: 10, waitMs: minute, signal: hungUp.signal });
    hungUp.abort();
    expect(names(await cut)).toEqual([]);
  });

  it("goes on waiting when what woke it is hidden from it", async () => {
    const kit = await prunedFeed();
    const feed = { db: kit.db, signal: feedSignal() };
    const order = { limit: 10, waitMs: minute, signal: never };
    const waiting = awaitChanges(feed, member("beta"), { epoch: kit.epoch, position: 5n }, order);
    await add(kit, "hidden");
    feed.signal.signal(null);
    await recordOne(kit, "beta", "mine");
    await sequenceBatch(kit.db, track.schema);
    feed.signal.signal(null);
    expect(names(await waiting)).toEqual(["mine"]);
  });
});

describe("following the feed", () => {
  it("gives every change once, an empty page when nothing happens, and ends with the signal", async () => {
    const kit = await prunedFeed();
    const feed = { db: kit.db, signal: feedSignal() };
    const end = new AbortController();
    const pages: string[][] = [];
    for await (const page of followFeed(feed, everybody, "oldest", { limit: 2, waitMs: 5, signal: end.signal })) {
      pages.push(names(page));
      if (pages.length === 3) await add(kit, "next");
      if (pages.length === 4) end.abort();
    }
    expect(pages).toEqual([["3", "4"], ["5"], [], ["next"]]);
  });

  it("ends with the reason when the feed is given a new epoch, which wakes it", async () => {
    const kit = await prunedFeed();
    const feed = { db: kit.db, signal: feedSignal() };
    const reader = followFeed(feed, everybody, "now", { limit: 2, waitMs: minute, signal: never });
    expect(names((await reader.next()).value as ChangePage)).toEqual([]);
    const next = reader.next();
    const epoch = await inTenant(kit.db, member(""), (trx) => renewEpoch(trx, track.schema));
    feed.signal.signal(null);
    expect((await next).value).toEqual({ gone: expect.stringContaining("restore") });
    expect((await reader.next()).done).toBe(true);
    expect(known(await readFeed(kit.db, everybody, "now", 1)).epoch).toBe(epoch);
  });
});

describe("the signal", () => {
  const woken = async (scope: Parameters<ReturnType<typeof feedSignal>["next"]>[0], changes: object[] | null) => {
    const signal = feedSignal();
    const end = new AbortController();
    let isAwake = false;
    const next = signal.next(scope, minute, end.signal).then(() => {
      isAwake = true;
    });
    signal.signal(changes as Parameters<typeof signal.signal>[0]);
    await Promise.resolve();
    await Promise.resolve();
    const result = isAwake;
    end.abort();
    await next;
    return result;
  };

  it("wakes those who may see the change, and nobody else", async () => {
    const hidden = { tenantId: "alpha", visibility: "private", type: "x" };
    expect(await woken(member("alpha"), [hidden])).toBe(true);
    expect(await woken(everybody, [hidden])).toBe(true);
    expect(await woken(member("beta"), [hidden])).toBe(false);
    expect(await woken(member("beta"), [hidden, { ...hidden, visibility: "public" }])).toBe(true);
    expect(await woken(member("beta"), null)).toBe(true);
  });

  it("does not wait for a signal that has ended already", async () => {
    await feedSignal().next(everybody, minute, AbortSignal.abort());
  });
});
