import { describe, expect, it } from "vitest";
import { foldLock } from "../src/usage/fold.store.ts";
import { behind, outcomes, report, single, untilFolded, usageWorld } from "./usage.ts";

const templateId = "release-notes";

/** The value of a sample. */
const valueIn = (text: string, name: string, labels = ""): number => {
  const line = text.split("\n").find((sample) => sample.startsWith(`${name}{`) && sample.includes(labels));
  return Number(line?.split(" ").at(-1));
};

describe("metrics of usage", () => {
  it("count reports by outcome, sent alone and in batches, and what folds have counted", async () => {
    const world = await usageWorld();
    await outcomes(world.acme, [report("a"), report("a"), report("b"), report("c", { version: "9.9.9" })]);
    await world.acme.recordExecution({ templateId, body: single("b") });
    await world.acme.recordExecution({ templateId, body: single("d", { version: "9.9.9" }) });
    await untilFolded(world);
    await expect
      .poll(async () => valueIn(await world.metrics(), "nofx_usage_folded_reports_total"), { interval: 20 })
      .toBe(2);
    const text = await world.metrics();
    const reports = (outcome: string) => valueIn(text, "nofx_usage_reports_total", `outcome="${outcome}"`);
    expect([reports("accepted"), reports("duplicate"), reports("refused")]).toEqual([2, 2, 2]);
    expect(valueIn(text, "nofx_usage_folds_total")).toBe(1);
    expect(valueIn(text, "nofx_usage_fold_seconds_total")).toBeGreaterThan(0);
  });

  it("tell what waits for the fold, since when, and for how many days partitions are ahead", async () => {
    const world = await usageWorld();
    await outcomes(world.acme, [report("a")]);
    await untilFolded(world);
    const other = await behind(world);
    await other.query(`SELECT pg_advisory_lock(hashtextextended('${foldLock}', 0))`);
    await other.query(`INSERT INTO marketplace.usage_batches (accepted_at, first_day, last_day, events)
      VALUES (now() - interval '1 hour', current_date, current_date, 7)`);
    await expect
      .poll(async () => valueIn(await world.metrics(), "nofx_usage_reports_waiting"), { timeout: 5_000 })
      .toBe(7);
    const text = await world.metrics();
    expect(valueIn(text, "nofx_usage_oldest_waiting_seconds")).toBeGreaterThan(3_000);
    expect(valueIn(text, "nofx_usage_partitions_ahead_days")).toBe(7);
  });

  it("are NaN where the database does not tell, and all else is told", async () => {
    const world = await usageWorld();
    await outcomes(world.acme, [report("a")]);
    await world.database.query("REVOKE SELECT ON marketplace.usage_batches FROM nofx_marketplace");
    const text = await world.metrics();
    expect(valueIn(text, "nofx_usage_reports_waiting")).toBeNaN();
    expect(valueIn(text, "nofx_usage_oldest_waiting_seconds")).toBeNaN();
    expect(valueIn(text, "nofx_usage_partitions_ahead_days")).toBeNaN();
    expect(text).toMatch(/nofx_usage_reports_total\{.*\} 1/);
  });
});
