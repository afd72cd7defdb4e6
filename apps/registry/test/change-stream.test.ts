import { unwrap } from "@nofx/client";
import { Change } from "@nofx/contract-registry";
import { readEvents } from "@nofx/testkit/events";
import { describe, expect, it } from "vitest";
import { allInFeed } from "./feed.ts";
import { type Person, registry, type TestRegistry } from "./registry.ts";

const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` });

const world = async () => {
  const kit = await registry();
  const url = `${await kit.listen()}/api/changes`;
  const alice = await kit.given.admin("acme");
  await allInFeed(kit);
  const publish = (agentId: string, person = alice, visibility: "private" | "public" = "private") =>
    unwrap(kit.as(person).publishAgent({ body: kit.given.manifest({ agentId }), visibility }));
  return { ...kit, url, alice, publish };
};

const agents = (events: readonly { data: string }[]) =>
  events
    .map(({ data }) => Change.parse(JSON.parse(data)))
    .flatMap((change) => (change.resourceType === "agent" ? [change.resourceId] : []));

const head = async (kit: TestRegistry) => (await unwrap(kit.anonymous.listChanges({ from: "now" }))).next;

describe("the change feed as a stream of events", () => {
  it("gives the same changes as the list, as they happen, each with its cursor as id", async () => {
    const kit = await world();
    await kit.publish("before");
    const reader = await readEvents(kit.url, bearer(kit.alice));
    await reader.until(() => agents(reader.events).length === 1);
    await kit.publish("after-1");
    await kit.publish("after-2");
    await reader.until(() => agents(reader.events).length === 3);
    const { changes } = await unwrap(kit.as(kit.alice).listChanges());
    expect(reader.events.map(({ data }) => JSON.parse(data))).toEqual(changes);
    expect(reader.events.map(({ id, event }) => [id, event])).toEqual(changes.map(({ cursor }) => [cursor, "change"]));
    expect(reader.response.headers).toMatchObject({ "content-type": "text/event-stream", "cache-control": "no-store" });
    expect(reader.retryMs()).toBe(2000);
  });

  it("goes on behind Last-Event-ID, which counts more than `after`", async () => {
    const kit = await world();
    for (const name of ["a", "b", "c"]) await kit.publish(name);
    const first = await readEvents(kit.url, bearer(kit.alice));
    await first.until(() => agents(first.events).includes("c"));
    first.close();
    const id = first.events.at(-2)?.id ?? "";
    const again = await readEvents(`${kit.url}?after=garbage`, { ...bearer(kit.alice), "last-event-id": id });
    await again.until(() => again.events.length > 0);
    expect(agents(again.events)).toEqual(["c"]);
    const more = await readEvents(`${kit.url}?after=${id}`, bearer(kit.alice));
    await more.until(() => more.events.length > 0);
    expect(agents(more.events)).toEqual(["c"]);
  });

  it("from now on shows nothing of before, and nothing of other tenants", async () => {
    const kit = await world();
    const bob = await kit.given.publisher("globex");
    await kit.publish("before");
    const early = await readEvents(kit.url, bearer(kit.alice));
    await early.until(() => agents(early.events).length === 1);
    const reader = await readEvents(`${kit.url}?from=now`, bearer(kit.alice));
    await kit.publish("hidden", bob);
    await kit.publish("open", bob, "public");
    await kit.publish("own");
    await reader.until(() => agents(reader.events).length === 2);
    expect(agents(reader.events)).toEqual(["open", "own"]);
  });

  it("tells where the reader is although nothing has happened for it, and that it is alive", async () => {
    const kit = await world();
    const reader = await readEvents(`${kit.url}?from=now`);
    let text = "";
    reader.response.on("data", (chunk: string) => {
      text += chunk;
    });
    await reader.until(() => reader.comments.length > 0);
    expect(reader.events).toEqual([]);
    const place = `id: ${await head(kit)}\n\n`;
    await expect.poll(() => text, { timeout: 30_000 }).toContain(place);
  });

  it("is 410 changes_gone from a place that would miss changes, 400 cursor_invalid for garbage, before it begins", async () => {
    const kit = await world();
    for (const [id, status] of [
      ["other-epoch:1", 410],
      ["garbage", 400],
    ] as const) {
      const { response } = await readEvents(kit.url, { "last-event-id": id });
      expect([response.statusCode, response.headers["content-type"]]).toEqual([
        status,
        "application/problem+json; charset=utf-8",
      ]);
    }
  });

  it("says `gone` and ends when the feed gets a new epoch", async () => {
    const kit = await world();
    const reader = await readEvents(`${kit.url}?from=now`);
    await reader.until(() => reader.comments.length > 0);
    await unwrap(kit.operator.renewFeedEpoch({ body: { reason: "test" } }));
    await reader.ended;
    expect(reader.events).toMatchObject([{ event: "gone" }]);
    expect(JSON.parse(reader.events[0]?.data ?? "")).toMatchObject({ code: "changes_gone", status: 410 });
  });

  it("ends as soon as its token is revoked, without what happens afterwards", async () => {
    const kit = await world();
    const alice = kit.as(kit.alice);
    const { secret, token } = await unwrap(alice.createToken({ body: { name: "reader", scopes: ["feed:read"] } }));
    const reader = await readEvents(`${kit.url}?from=now`, bearer({ tenant: "acme", token: secret }));
    await reader.until(() => reader.comments.length > 0);
    await unwrap(alice.revokeToken({ tokenId: token.id }));
    await reader.ended;
    expect(reader.events).toEqual([]);
  });

  it("is closed when the service stops", async () => {
    const kit = await world();
    const reader = await readEvents(`${kit.url}?from=now`);
    await reader.until(() => reader.comments.length > 0);
    await kit.close();
    await reader.ended;
    expect(reader.response.complete).toBe(true);
  });
});
