import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent, workflow } from "../bodies.ts";
import { readEvents } from "../events.ts";
import { refused } from "../refused.ts";
import { type Area, check, first } from "../suite.ts";
import { as } from "../wire.ts";
import { newWord, type Person } from "../world.ts";

/** How long after its write an event may arrive. */
const soonMs = 1_000;
const anybody = { authorization: "" };

/** A place in the feed behind all that a tenant has written: what was written last may not have its place yet. */
const behindAll = async ({ registry }: Pick<Person, "registry">): Promise<string> => {
  let { next: after } = await unwrap(registry.listChanges({ from: "now" }));
  const { headers } = await registry.publishAgent({ body: agent({ agentId: newWord() }) });
  const id = headers.get("nofx-change");
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    const { changes, next } = await unwrap(registry.listChanges({ after, wait: 5 }));
    after = next;
    if (changes.some((change) => change.id === id)) return after;
  }
  throw new Error(`The change ${id} has no place in the feed after 10 seconds.`);
};

const live: Area["checks"] = [
  check("a reader who waits is told of a change within a second", async (world) => {
    const member = await world.person("publisher");
    const { registry, tenant } = member;
    const next = await behindAll(member);
    // Others may write meanwhile: their public changes wake this reader, too.
    const waiting = (async () => {
      for (let after = next; ; ) {
        const page = await unwrap(registry.listChanges({ after, wait: 20 }));
        const found = page.changes.find((change) => change.tenant === tenant);
        if (found) return { found, at: performance.now() };
        after = page.next;
      }
    })();
    const published = await registry.publishAgent({ body: agent() });
    const publishedAt = performance.now();
    const { found, at } = await waiting;
    expect(found).toMatchObject({ id: published.headers.get("nofx-change"), type: "agent.version_published" });
    expect(at - publishedAt).toBeLessThan(soonMs);
  }),

  first("an event stream tells of a change within a second, also through a proxy", async (world) => {
    const alice = await world.person("publisher");
    for (const [path, publish] of [
      ["/api/changes?from=now", (version: string) => alice.registry.publishAgent({ body: agent({ version }) })],
      [
        "/api/marketplace/changes?from=now",
        (version: string) => alice.marketplace.publishTemplate({ body: workflow({ version, description: version }) }),
      ],
    ] as const) {
      const reader = await readEvents(world.target, path, { ...as(alice), "accept-encoding": "gzip" });
      expect(reader.response.statusCode).toBe(200);
      expect(reader.response.headers["content-type"]).toContain("text/event-stream");
      expect(reader.response.headers["content-encoding"]).toBeUndefined();
      const took = [];
      for (const version of ["1.0.0", "1.1.0", "1.2.0"]) {
        const id = (await publish(version)).headers.get("nofx-change") ?? "none";
        const publishedAt = performance.now();
        await reader.next(({ data }) => data.includes(id));
        took.push(performance.now() - publishedAt);
      }
      // What a proxy keeps back, it keeps back each time; a busy machine is slow now and then.
      expect(Math.min(...took), path).toBeLessThan(soonMs);
    }
  }),

  check("a stream goes on behind the last event that was seen", async (world) => {
    const alice = await world.person("publisher");
    const { next } = await unwrap(alice.registry.listChanges({ from: "now" }));
    const changes: string[] = [];
    for (const version of ["1.0.0", "1.1.0", "1.2.0"])
      changes.push((await alice.registry.publishAgent({ body: agent({ version }) })).headers.get("nofx-change") ?? "");
    const before = await readEvents(world.target, `/api/changes?after=${encodeURIComponent(next)}`, as(alice));
    const { id = "" } = await before.next(({ data }) => data.includes(String(changes[0])));
    const after = await readEvents(world.target, "/api/changes", { ...as(alice), "last-event-id": id });
    const [second] = [await after.next(({ event }) => event === "change")];
    expect(second.data).toContain(changes[1]);
  }),
];

const replayed: Area["checks"] = [
  check("the feed has every change once, in order, page by page, and only what one may see", async (world) => {
    const member = await world.person("publisher");
    const { registry, tenant } = member;
    const next = await behindAll(member);
    const versions = Array.from({ length: 12 }, (_, index) => `1.${index}.0`);
    const written: (string | null)[] = [];
    for (const version of versions)
      written.push((await registry.publishAgent({ body: agent({ version }) })).headers.get("nofx-change"));
    const read: string[] = [];
    let after = next;
    const deadline = Date.now() + 10_000;
    while (read.length < written.length && Date.now() < deadline) {
      const page = await unwrap(registry.listChanges({ after, limit: 5, wait: 1 }));
      read.push(...page.changes.filter((change) => change.tenant === tenant).map(({ id }) => id));
      after = page.next;
    }
    expect(read).toEqual(written);
    const { changes } = await unwrap(world.anonymous.registry.listChanges({ after: next, limit: 1000 }));
    expect(changes.filter((change) => change.tenant === tenant)).toEqual([]);
  }),

  check("400 cursor_invalid: a cursor that never was", async (world) => {
    refused(await world.anonymous.registry.listChanges({ after: "nonsense" }), 400, "cursor_invalid");
    refused(await world.anonymous.marketplace.listMarketplaceChanges({ after: "nonsense" }), 400, "cursor_invalid");
    expect((await readEvents(world.target, "/api/changes?after=nonsense", anybody)).response.statusCode).not.toBe(200);
  }),
];

/** What the change feeds promise. */
export const feed: Area = { name: "the change feed", checks: [...live, ...replayed] };
