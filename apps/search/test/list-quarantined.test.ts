import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { indexed, quarantinedIn, recordsOf, untilBuilt, untilState } from "./index-state.ts";
import { meddling } from "./meddling.ts";
import { world } from "./world.ts";

type Record = { readonly agentId?: string };
const named = ({ agentId }: Record, ...odd: readonly string[]): boolean => odd.includes(agentId ?? "");

describe("listQuarantined", () => {
  it("200: what cannot be read, kept or indexed is put aside, and what comes with it and after it is not", async () => {
    const registry = meddling();
    const here = await world({ fetchRegistry: registry.wrap });
    registry.record = (record) => {
      if (named(record, "nul")) return { ...record, text: "a\0b" };
      if (named(record, "unreadable")) return { ...record, currentVersion: 7 };
      return record;
    };
    await untilBuilt(here);
    const alice = await here.person("publisher", "acme");
    registry.isDown = true;
    const ids = ["one", "nul", "two", "unreadable", "three"];
    for (const agentId of ids) await alice.registry.publishAgent({ body: manifest({ agentId }) });
    registry.isDown = false;
    await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "after" }) }));
    expect(await recordsOf(here)).toEqual(["after", "one", "three", "two"].map((id) => `agent:acme/${id}`));
    const listed = await quarantinedIn(here);
    const entry = { type: "agent", tenant: "acme", attempts: 1, since: expect.any(String), lastAt: expect.any(String) };
    expect(listed).toEqual([
      { ...entry, id: "nul", error: expect.stringContaining("Unicode") },
      { ...entry, id: "unreadable", error: expect.stringContaining("currentVersion") },
    ]);
    await untilState(here, { documents: 4, quarantined: 2 });
    const first = await unwrap(here.operator.listQuarantined({ limit: 1 }));
    expect(first.quarantined).toEqual(listed.slice(0, 1));
    const { nextCursor: cursor = "" } = first;
    expect(await unwrap(here.operator.listQuarantined({ limit: 1, cursor }))).toEqual({ quarantined: listed.slice(1) });
  });

  it("what cannot be indexed any more does not stay as it was; its next change brings it back", async () => {
    const registry = meddling();
    const here = await world({ fetchRegistry: registry.wrap });
    await untilBuilt(here);
    const alice = await here.person("publisher", "acme");
    await indexed(here, await alice.registry.publishAgent({ body: manifest() }));
    registry.record = (record) => ({ ...record, visibility: "secret" });
    await indexed(here, await alice.registry.publishAgent({ body: manifest({ version: "1.0.1" }) }));
    await indexed(here, await alice.registry.publishAgent({ body: manifest({ version: "1.0.2" }) }));
    expect(await recordsOf(here)).toEqual([]);
    expect(await quarantinedIn(here)).toMatchObject([{ id: "greeter", attempts: 2 }]);
    registry.record = (record) => record;
    await indexed(here, await alice.registry.publishAgent({ body: manifest({ version: "1.0.3" }) }));
    expect([await quarantinedIn(here), await recordsOf(here)]).toEqual([[], ["agent:acme/greeter"]]);
  });

  it("a record that the source itself fails on is put aside", async () => {
    const registry = meddling();
    const here = await world({ fetchRegistry: registry.wrap });
    await untilBuilt(here);
    registry.before = (_path, sent) => (sent.includes('"odd"') ? new Response("", { status: 500 }) : undefined);
    const alice = await here.person("publisher", "acme");
    for (const agentId of ["odd", "even"]) {
      await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId }) }));
    }
    expect(await recordsOf(here)).toEqual(["agent:acme/even"]);
    expect(await quarantinedIn(here)).toMatchObject([{ id: "odd", error: "The source answers 500 to it" }]);
  });

  it("a build finds the same, and forgets what is no more", async () => {
    const registry = meddling();
    const here = await world({ fetchRegistry: registry.wrap });
    const alice = await here.person("publisher", "acme");
    registry.record = (record) => (named(record, "nul") ? { ...record, text: "\0" } : record);
    for (const agentId of ["nul", "even"]) {
      await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId }) }));
    }
    await untilBuilt(here);
    await here.database.query(
      "INSERT INTO search.quarantine SELECT tenant_id, type, 'gone', error, 1, since, last_at, reading FROM search.quarantine",
    );
    await unwrap(here.operator.reindexSearch({ body: { reason: "In doubt" } }));
    await untilBuilt(here, 2);
    expect(await quarantinedIn(here)).toMatchObject([{ id: "nul" }]);
    await untilState(here, { documents: 1 });
  });

  it("400, 401, 403: for the operator, with cursors of its own", async () => {
    const here = await world();
    const admin = await here.person("admin");
    expect(await here.operator.listQuarantined({ cursor: "x" })).toBeProblem(400, "cursor_invalid");
    expect(await here.anonymous.listQuarantined()).toBeProblem(401, "unauthenticated");
    expect(await admin.search.listQuarantined()).toBeProblem(403, "forbidden");
  });
});
