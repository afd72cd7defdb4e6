import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type ListenerOptions, startListener } from "../src/listener.ts";
import { type FeedNotice, feedChannel, sequenceBatch } from "../src/sequencer.ts";
import { fillOutbox, recordOne } from "./feed.ts";
import { freshKit, type Kit, track } from "./kit.ts";
import { tapped } from "./wire.ts";

const listening = (kit: Kit, options: Partial<ListenerOptions> = {}) => {
  const heard = { notices: [] as FeedNotice[], connections: 0, errors: [] as Error[] };
  const listener = startListener({
    url: kit.url,
    schema: track.schema,
    applicationName: "kit",
    onNotice: (notice) => heard.notices.push(notice),
    onReconnect: () => {
      heard.connections += 1;
    },
    onError: (error) => heard.errors.push(error),
    ...options,
  });
  onTestFinished(() => listener.stop());
  const connected = (times: number) => vi.waitFor(() => expect(heard.connections).toBe(times), { timeout: 5_000 });
  return { heard, listener, connected };
};

const announce = async (kit: Kit): Promise<void> => {
  await recordOne(kit, "alpha");
  await sequenceBatch(kit.db, track.schema);
};

describe("the feed's notices", () => {
  it("say up to where the feed goes and what happened to whom, each thing once", async () => {
    const kit = await freshKit();
    const { heard, connected } = listening(kit);
    await connected(1);
    for (const [tenant, type] of [
      ["alpha", "note.added"],
      ["alpha", "note.added"],
      ["beta", "note.added"],
      ["alpha", "note.changed"],
    ] as const)
      await recordOne(kit, tenant, "one", type);
    await kit.query("UPDATE kit.outbox SET visibility = 'public' WHERE tenant_id = 'beta'");
    await sequenceBatch(kit.db, track.schema);
    await vi.waitFor(() => expect(heard.notices).toHaveLength(1));
    const { position, changes } = heard.notices[0] as FeedNotice;
    expect(position).toBe("4");
    expect(changes).toHaveLength(3);
    expect(changes).toEqual(
      expect.arrayContaining([
        { tenantId: "alpha", visibility: "private", type: "note.added" },
        { tenantId: "beta", visibility: "public", type: "note.added" },
        { tenantId: "alpha", visibility: "private", type: "note.changed" },
      ]),
    );
  });

  it("come one for each batch, in order", async () => {
    const kit = await freshKit();
    const { heard, connected } = listening(kit);
    await connected(1);
    await announce(kit);
    await fillOutbox(kit, 700);
    while ((await sequenceBatch(kit.db, track.schema)) > 0);
    await vi.waitFor(() => expect(heard.notices.map(({ position }) => position)).toEqual(["1", "501", "701"]));
  });

  it("name 40 different things, with names as long as names may be", async () => {
    const kit = await freshKit();
    const { heard, connected } = listening(kit);
    await connected(1);
    await fillOutbox(kit, 40, "'agent.version_published_' || n");
    await kit.query("UPDATE kit.outbox SET tenant_id = repeat('a', 63)");
    await sequenceBatch(kit.db, track.schema);
    await vi.waitFor(() => expect(heard.notices).toHaveLength(1));
    expect(heard.notices[0]?.changes).toHaveLength(40);
  });

  it("name nothing when there is too much to name", async () => {
    const kit = await freshKit();
    const { heard, connected } = listening(kit);
    await connected(1);
    await fillOutbox(kit, 41, "'note.' || n");
    await sequenceBatch(kit.db, track.schema);
    await vi.waitFor(() => expect(heard.notices).toEqual([{ position: "41", changes: null }]));
  });

  it("are not sent for a batch that was undone", async () => {
    const kit = await freshKit();
    const { heard, connected } = listening(kit);
    await connected(1);
    await recordOne(kit, "alpha");
    await kit.query("ALTER TABLE kit.changes ADD CONSTRAINT broken CHECK (false) NOT VALID");
    await expect(sequenceBatch(kit.db, track.schema)).rejects.toThrow();
    await kit.query("ALTER TABLE kit.changes DROP CONSTRAINT broken");
    await sequenceBatch(kit.db, track.schema);
    await vi.waitFor(() => expect(heard.notices).toHaveLength(1));
  });

  it("belong to one schema: another's are not heard", async () => {
    const kit = await freshKit();
    const { heard, connected } = listening(kit);
    await connected(1);
    await kit.query(`SELECT pg_notify('${feedChannel("other")}', '{"position":"9","changes":null}')`);
    await announce(kit);
    await vi.waitFor(() => expect(heard.notices.map(({ position }) => position)).toEqual(["1"]));
  });
});

describe("a listener", () => {
  it("connects again after its connection was ended, says so, and hears the next notice", async () => {
    const kit = await freshKit();
    const { heard, connected } = listening(kit);
    await connected(1);
    await kit.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kit listener'");
    await connected(2);
    expect(heard.errors[0]).toMatchObject({ code: "57P01" });
    await announce(kit);
    await vi.waitFor(() => expect(heard.notices).toHaveLength(1));
  });

  it("connects again after the network broke, each time", async () => {
    const kit = await freshKit();
    const wire = await tapped(kit.url);
    const { heard, connected } = listening(kit, { url: wire.url });
    for (const time of [1, 2, 3]) {
      await connected(time);
      heard.errors.length = 0;
      wire.cut();
      await connected(time + 1);
      expect(heard.errors[0]).toMatchObject({ code: "ECONNRESET" });
    }
    await announce(kit);
    await vi.waitFor(() => expect(heard.notices).toHaveLength(1));
  });

  it("keeps trying while the server cannot be reached, and tells of each failure", async () => {
    const kit = await freshKit();
    const wire = await tapped(kit.url);
    wire.refuse(true);
    const { heard, connected } = listening(kit, { url: wire.url });
    await vi.waitFor(() => expect(heard.errors.length).toBeGreaterThan(1), { timeout: 5_000 });
    expect(heard.connections).toBe(0);
    wire.refuse(false);
    await connected(1);
    await announce(kit);
    await vi.waitFor(() => expect(heard.notices).toHaveLength(1));
  });

  it("stops for good: its connection ends and nothing is reported", async () => {
    const kit = await freshKit();
    const { heard, listener, connected } = listening(kit);
    await connected(1);
    await listener.stop();
    const left =
      "SELECT FROM pg_stat_activity WHERE application_name = 'kit listener' AND datname = current_database()";
    await vi.waitFor(async () => expect(await kit.query(left)).toEqual([]));
    await announce(kit);
    expect(heard).toEqual({ notices: [], connections: 1, errors: [] });
  });

  it.each([
    ["before it is connected", false],
    ["while it waits for the next attempt", true],
  ])("stops at once %s", async (_when, refused) => {
    const kit = await freshKit();
    const wire = await tapped(kit.url);
    wire.refuse(refused);
    const { heard, listener } = listening(kit, { url: wire.url });
    if (refused) await vi.waitFor(() => expect(heard.errors.length).toBeGreaterThan(0));
    const errors = heard.errors.length;
    await listener.stop();
    expect(heard).toMatchObject({ connections: 0, errors: { length: errors } });
  });
});
