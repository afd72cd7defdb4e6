import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { type RegistryClient, registry } from "./registry.ts";

const agentChanges = async (client: RegistryClient, until: number) => {
  const seen: { type: string; resourceId: string; id: string; cursor: string }[] = [];
  let after: string | undefined;
  while (seen.length < until) {
    const page = await unwrap(client.listChanges({ limit: 3, wait: 5, ...(after && { after }) }));
    seen.push(...page.changes.filter(({ resourceType }) => resourceType === "agent"));
    after = page.next;
  }
  return { seen, after: after ?? "" };
};

describe("listChanges", () => {
  it("200: every change once, in order, from the start; each with the id that its write answered", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const ids: (string | null)[] = [];
    for (let index = 0; index < 7; index += 1) {
      const { headers } = await alice.publishAgent({ body: given.manifest({ agentId: `agent-${index}` }) });
      ids.push(headers.get("nofx-change"));
    }
    const { seen, after } = await agentChanges(alice, 7);
    expect(seen.map(({ id }) => id)).toEqual(ids);
    expect(await unwrap(alice.listChanges({ after }))).toEqual({ changes: [], next: after });
    const rest = await unwrap(alice.listChanges({ after: seen[4]?.cursor ?? "" }));
    expect(rest.changes.map(({ id }) => id)).toEqual(ids.slice(5));
  });

  it("a tenant sees its own and public changes, nobody public ones, a service all", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher("acme"));
    const bob = as(await given.publisher("globex"));
    await alice.publishAgent({ body: given.manifest({ agentId: "secret-a" }) });
    await bob.publishAgent({ body: given.manifest({ agentId: "secret-b" }) });
    await bob.publishAgent({ body: given.manifest({ agentId: "open-b" }), visibility: "public" });
    const names = async (client: RegistryClient, count: number) =>
      (await agentChanges(client, count)).seen.map(({ resourceId }) => resourceId);
    expect(await names(as(await given.service()), 3)).toEqual(["secret-a", "secret-b", "open-b"]);
    expect(await names(alice, 2)).toEqual(["secret-a", "open-b"]);
    expect(await names(bob, 2)).toEqual(["secret-b", "open-b"]);
    expect(await names(anonymous, 1)).toEqual(["open-b"]);
  });

  it("when an agent becomes private, those who saw it before still learn of it", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest(), visibility: "public" });
    await alice.publishAgent({ body: given.manifest(), visibility: "private" });
    const { seen } = await agentChanges(anonymous, 2);
    expect(seen.map(({ type }) => type)).toEqual(["agent.version_published", "agent.visibility_changed"]);
  });

  it("with wait, an empty feed answers as soon as something happens", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest() });
    const { after } = await agentChanges(alice, 1);
    const waiting = alice.listChanges({ after, wait: 20 });
    await alice.publishAgent({ body: given.manifest({ version: "1.0.1" }) });
    expect((await unwrap(waiting)).changes).toMatchObject([{ version: "1.0.1" }]);
  });

  it("with wait, an answer comes when the time is up", async () => {
    const { anonymous } = await registry();
    expect((await unwrap(anonymous.listChanges({ wait: 1 }))).changes).toEqual([]);
  });

  it("from now: a cursor with which nothing is missed that happens while one lists what is there", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest({ agentId: "before" }) });
    await agentChanges(alice, 1);
    const { changes, next } = await unwrap(alice.listChanges({ from: "now", wait: 20 }));
    expect(changes).toEqual([]);
    await alice.publishAgent({ body: given.manifest({ agentId: "after" }) });
    const rest = await unwrap(alice.listChanges({ after: next, wait: 20 }));
    expect(rest.changes.map(({ resourceId }) => resourceId)).toEqual(["after"]);
  });

  it("410 changes_gone when the start is past its retention; from the oldest one can still read", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher("acme"));
    await alice.publishAgent({ body: given.manifest() });
    const { seen } = await agentChanges(alice, 1);
    const [epoch, position] = (seen[0]?.cursor ?? "").split(":");
    await database.query("DELETE FROM registry.changes WHERE position < $1", [position]);
    await database.query("UPDATE registry.feed SET pruned_to = $1::bigint - 1", [position]);
    expect(await alice.listChanges()).toBeProblem(410, "changes_gone");
    expect(await alice.listChanges({ after: `${epoch}:0` })).toBeProblem(410, "changes_gone");
    const { changes } = await unwrap(alice.listChanges({ from: "oldest" }));
    expect(changes.map(({ id }) => id)).toEqual(seen.map(({ id }) => id));
  });

  it("410 changes_gone for a cursor that the feed, restored to an older state, has not given out", async () => {
    const { anonymous, database } = await registry();
    const [{ epoch = "" } = {}] = await database.query<{ epoch: string }>("SELECT epoch FROM registry.feed");
    expect(await anonymous.listChanges({ after: `${epoch}:1000000` })).toBeProblem(410, "changes_gone");
  });

  it("400 cursor_invalid for garbage, 410 changes_gone for a feed of before a restore", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    const { next } = await unwrap(alice.listChanges());
    expect(await alice.listChanges({ after: "garbage" })).toBeProblem(400, "cursor_invalid");
    await database.query("UPDATE registry.feed SET epoch = 'restored'");
    expect(await alice.listChanges({ after: next })).toBeProblem(410, "changes_gone");
  });
});
