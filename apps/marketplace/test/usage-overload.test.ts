import { describe, expect, it } from "vitest";
import { behind, outcomes, report, rowsIn, single, untilFolded, usageWorld } from "./usage.ts";

const templateId = "release-notes";

describe("too many reports at once", () => {
  it("503 usage_overloaded: those beyond the few that wait are told to come again, and nothing of them is kept", async () => {
    const world = await usageWorld();
    const { acme, deps } = world;
    await outcomes(acme, [report("a")]);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const waiting = Array.from({ length: 68 }, () => deps.usage.admit(() => released));
    const refused = await acme.recordExecutions({ body: { executions: [report("b")] } });
    expect(refused).toBeProblem(503, "usage_overloaded");
    expect(refused.headers.get("retry-after")).toBe("1");
    const one = await acme.recordExecution({ templateId, body: single("b") });
    expect(one).toBeProblem(503, "usage_overloaded");
    expect(await world.metrics()).toMatch(/nofx_usage_overloads_total\{.*\} 2/);
    expect(await rowsIn(world, "template_runs")).toBe(1);
    release();
    await Promise.all(waiting);
    expect(await outcomes(acme, [report("a"), report("b")])).toEqual(["duplicate", "accepted"]);
  });

  it("503 unavailable: a report whose connection breaks is kept whole or not at all, and can be sent again", async () => {
    const world = await usageWorld();
    const { acme, database } = world;
    const other = await behind(world);
    // Claims are written first; reports wait behind the lock.
    await other.query("BEGIN; LOCK TABLE marketplace.template_events IN EXCLUSIVE MODE");
    const sent = acme.recordExecutions({ body: { executions: [report("a"), report("b")] } });
    const broken = () =>
      database.query(`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%unnest%'`);
    await expect.poll(broken, { timeout: 5_000 }).toHaveLength(1);
    expect(await sent).toBeProblem(503, "unavailable");
    await other.query("ROLLBACK");
    expect(await rowsIn(world, "template_runs")).toBe(0);
    expect(await outcomes(acme, [report("a"), report("b")])).toEqual(["accepted", "accepted"]);
    await untilFolded(world);
    expect(await database.query("SELECT succeeded::int FROM marketplace.template_days")).toEqual([{ succeeded: 2 }]);
  });

  it("503 unavailable: a statement that takes too long is undone, and can be sent again", async () => {
    const world = await usageWorld();
    const { acme, deps } = world;
    const other = await behind(world);
    deps.db.pool.on("acquire", (client) => void client.query("SET statement_timeout = 200"));
    await other.query("BEGIN; LOCK TABLE marketplace.template_events IN EXCLUSIVE MODE");
    const late = await acme.recordExecution({ templateId, body: single("a") });
    expect(late).toBeProblem(503, "unavailable");
    expect(late.headers.get("retry-after")).toBe("1");
    await other.query("ROLLBACK");
    expect(await rowsIn(world, "template_runs")).toBe(0);
    expect(await acme.recordExecution({ templateId, body: single("a") })).toMatchObject({ status: 201 });
  });
});
