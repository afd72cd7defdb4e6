import { freshDatabase } from "@nofx/testkit/service";
import { describe, expect, it, onTestFinished } from "vitest";
import { keepHouse } from "../src/housekeeping.ts";
import { marketplaceTrack } from "../src/index.ts";
import { makePartitions } from "../src/usage/partition.store.ts";
import { behind, foldAll, outcomes, report, rowsIn, type UsageWorld, untilFolded, usageWorld } from "./usage.ts";

const dayMs = 24 * 60 * 60 * 1000;
const dayName = (at: number) => new Date(at).toISOString().slice(0, 10).replaceAll("-", "");

/** Days that there are partitions of. */
const partitions = async ({ database }: UsageWorld): Promise<string[]> => {
  const rows = await database.query<{ day: string }>(`
    SELECT right(c.relname, 8) AS day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'marketplace.template_events'::regclass AND c.relkind = 'r' ORDER BY 1`);
  return rows.map(({ day }) => day);
};

const daysFrom = (from: number, count: number) => Array.from({ length: count }, (_, n) => dayName(from + n * dayMs));

/** A marketplace with a clock that the test moves, and no partitions but those that it makes. */
const clocked = async (start: number, env: Record<string, string> = {}) => {
  const clock = { now: start };
  const database = await freshDatabase(marketplaceTrack);
  onTestFinished(() => database.drop());
  const world = await usageWorld(env, { database, now: () => new Date(clock.now) });
  return { ...world, clock };
};

const keepAllHouse = async ({ deps }: UsageWorld): Promise<void> => {
  while ((await keepHouse(deps)) > 0);
};

/** Reports a run of the clock's time. */
const runNow = async (world: Awaited<ReturnType<typeof clocked>>, runId: string): Promise<void> => {
  const occurredAt = new Date(world.clock.now).toISOString();
  expect(await outcomes(world.acme, [report(runId, { occurredAt })])).toEqual(["accepted"]);
};

describe("partitions", () => {
  it("are there for every day that reports may be of, across midnight and after two weeks away", async () => {
    const start = Date.parse("2026-11-20T23:59:59.900Z");
    const world = await clocked(start);
    await runNow(world, "a");
    expect(await partitions(world)).toEqual(daysFrom(start - 8 * dayMs, 16));
    world.clock.now += 200;
    await runNow(world, "b");
    expect(await partitions(world)).toEqual(daysFrom(start - 8 * dayMs, 17));
    world.clock.now += 14 * dayMs;
    await runNow(world, "c");
    const late = new Date(world.clock.now - 7 * dayMs).toISOString();
    expect(await outcomes(world.acme, [report("d", { occurredAt: late })])).toEqual(["accepted"]);
    await untilFolded(world);
    expect(await rowsIn(world, "template_days")).toBe(4);
  });

  it("are made once when several replicas make them at once", async () => {
    const world = await usageWorld();
    const later = new Date(Date.now() + 30 * dayMs);
    const made = await Promise.all([1, 2, 3, 4].map(() => makePartitions(world.deps.db, later)));
    expect(made.sort()).toEqual([0, 0, 0, 16]);
  });

  it("are made and dropped by the service alone, a bounded number at a time, and never those of the last days", async () => {
    const { deps, database } = await usageWorld();
    const call = (text: string) => deps.db.pool.query(text).then(() => "done");
    const today = "(now() AT TIME ZONE 'UTC')::date";
    for (const days of [
      `${today}, ${today} + 101`,
      `${today}, ${today} - 1`,
      `NULL, ${today}`,
      "'infinity', 'infinity'",
    ]) {
      await expect(call(`SELECT make_event_partitions(${days})`)).rejects.toThrow();
    }
    await expect(call("SELECT make_event_partitions('1999-12-31', '2000-01-01')")).rejects.toThrow("at once");
    await expect(call(`SELECT drop_event_partition(${today} - 8)`)).rejects.toThrow("stay");
    await expect(call("SELECT drop_event_partition(NULL)")).rejects.toThrow("stay");
    const functions = await database.query<{ safe: boolean; who: string[] }>(`
      SELECT prosecdef AND proconfig @> ARRAY['search_path=marketplace, pg_temp'] AS safe,
             ARRAY(SELECT coalesce(nullif(grantee, 0)::regrole::text, 'public') FROM aclexplode(proacl)
                   WHERE grantee <> proowner) AS who
      FROM pg_proc WHERE proname IN ('make_event_partitions', 'drop_event_partition')`);
    const own = { safe: true, who: ["nofx_marketplace"] };
    expect(functions).toEqual([own, own]);
  });
});

describe("housekeeping", () => {
  it("drops reports past USAGE_RETENTION_DAYS and forgets runs after nine days; what they added up to stays", async () => {
    const world = await clocked(Date.now() - 40 * dayMs, { USAGE_RETENTION_DAYS: "10" });
    await runNow(world, "a");
    world.clock.now += 20 * dayMs;
    await runNow(world, "b");
    await untilFolded(world);
    await keepAllHouse(world);
    expect([await rowsIn(world, "template_events"), await rowsIn(world, "template_runs")]).toEqual([1, 1]);
    expect((await partitions(world))[0]).toBe(dayName(world.clock.now - 8 * dayMs));
    world.clock.now += 9 * dayMs;
    await keepAllHouse(world);
    expect([await rowsIn(world, "template_events"), await rowsIn(world, "template_runs")]).toEqual([1, 1]);
    world.clock.now += 2 * dayMs;
    await keepAllHouse(world);
    expect([await rowsIn(world, "template_events"), await rowsIn(world, "template_runs")]).toEqual([0, 0]);
    expect(await rowsIn(world, "template_days")).toBe(2);
  });

  it("keeps reports that no fold has counted, whatever their age", async () => {
    const world = await clocked(Date.now() - 40 * dayMs, { USAGE_RETENTION_DAYS: "9" });
    await world.deps.usage.stop();
    await runNow(world, "a");
    world.clock.now = Date.now();
    await keepAllHouse(world);
    expect(await rowsIn(world, "template_events")).toBe(1);
    await foldAll(world);
    await keepAllHouse(world);
    expect([await rowsIn(world, "template_events"), await rowsIn(world, "template_days")]).toEqual([0, 1]);
  });

  it("keeps days for ever, hours for USAGE_HOURLY_DAYS, and everything where that is 0", async () => {
    const world = await clocked(Date.now() - 30 * dayMs, { USAGE_RETENTION_DAYS: "0", USAGE_HOURLY_DAYS: "20" });
    await runNow(world, "a");
    await untilFolded(world);
    world.clock.now += 19 * dayMs;
    await keepAllHouse(world);
    expect(await rowsIn(world, "template_rollups")).toBe(2);
    world.clock.now += 2 * dayMs;
    await keepAllHouse(world);
    const grains = (table: string) => world.database.query(`SELECT grain FROM marketplace.template_${table}`);
    for (const table of ["rollups", "latencies", "subjects"]) expect(await grains(table)).toEqual([{ grain: "day" }]);
    expect(await rowsIn(world, "template_events")).toBe(1);
  });

  it("gives up where a reader would keep it and everybody else waiting, and succeeds later", async () => {
    const world = await clocked(Date.now() - 40 * dayMs);
    await runNow(world, "a");
    await untilFolded(world);
    world.clock.now = Date.now();
    const reader = await behind(world);
    await reader.query("BEGIN; SELECT FROM marketplace.template_events");
    await expect(keepHouse(world.deps)).rejects.toMatchObject({ code: "55P03" });
    expect(await rowsIn(world, "template_events")).toBe(1);
    await reader.query("COMMIT");
    await keepAllHouse(world);
    expect(await rowsIn(world, "template_events")).toBe(0);
  });

  it("says which times to keep make no sense", async () => {
    await expect(usageWorld({ USAGE_RETENTION_DAYS: "8" })).rejects.toThrow(/USAGE_RETENTION_DAYS.*9 days/);
    await expect(usageWorld({ USAGE_HOURLY_DAYS: "-1" })).rejects.toThrow(/USAGE_HOURLY_DAYS.*9 days/);
  });
});
