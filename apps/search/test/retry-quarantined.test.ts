import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { indexed, quarantinedIn, recordsOf, untilBuilt } from "./index-state.ts";
import { meddling } from "./meddling.ts";
import { world } from "./world.ts";

describe("retryQuarantined", () => {
  it("200: everything that was put aside is read anew; what fails again stays", async () => {
    const registry = meddling();
    const here = await world({ fetchRegistry: registry.wrap });
    await untilBuilt(here);
    const alice = await here.person("publisher", "acme");
    registry.record = (record) => ({ ...record, text: "\0" });
    for (const agentId of ["still", "cured"]) {
      await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId }) }));
    }
    registry.record = (record) => (record.agentId === "still" ? { ...record, text: "\0" } : record);
    // A first build that was still under way has read it, too.
    const before = (await quarantinedIn(here)).find(({ id }) => id === "still")?.attempts ?? 0;
    const idempotencyKey = "retry-1";
    const retried = await here.operator.retryQuarantined({}, { idempotencyKey });
    expect(retried).toMatchObject({ status: 200, body: { indexed: 1, failed: 1 } });
    expect(await recordsOf(here)).toEqual(["agent:acme/cured"]);
    expect(await quarantinedIn(here)).toMatchObject([{ id: "still", attempts: before + 1 }]);
    registry.record = (record) => record;
    expect(await unwrap(here.operator.retryQuarantined({}, { idempotencyKey }))).toEqual({ indexed: 1, failed: 1 });
    expect(await unwrap(here.operator.retryQuarantined())).toEqual({ indexed: 1, failed: 0 });
    expect(await recordsOf(here)).toEqual(["agent:acme/cured", "agent:acme/still"]);
    const actions = await here.database.query("SELECT DISTINCT action FROM search.audit_log");
    expect(actions).toEqual([{ action: "index.quarantine_retried" }]);
  });

  it("200: with nothing put aside there is nothing to do", async () => {
    const here = await world();
    await untilBuilt(here);
    expect(await unwrap(here.operator.retryQuarantined())).toEqual({ indexed: 0, failed: 0 });
  });

  it("401, 403: for the operator", async () => {
    const here = await world();
    const admin = await here.person("admin");
    expect(await here.anonymous.retryQuarantined()).toBeProblem(401, "unauthenticated");
    expect(await admin.search.retryQuarantined()).toBeProblem(403, "forbidden");
  });
});
