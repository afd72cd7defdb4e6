import { unwrap } from "@nofx/client";
import { agentUsageCounted } from "@nofx/contract-marketplace";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { tellAgentUsage } from "../src/usage/tell-agent-usage.ts";
import type { MarketplaceClient } from "./marketplace.ts";
import { foldAll, outcomes, type Report, report, rowsIn, type UsageWorld, usageWorld } from "./usage.ts";

const at = new Date().toISOString();
const run = (runId: string, agents: readonly string[], more: Partial<Report> = {}) => {
  const steps = agents.map((agentId) => ({ agentId, version: "1.0.0", outcome: "succeeded" as const, durationMs: 50 }));
  return report(runId, { occurredAt: at, steps, ...more });
};

/** A world in which nothing is folded or told but by the test. */
const stillWorld = async (): Promise<UsageWorld> => {
  const world = await usageWorld();
  await world.deps.usage.stop();
  return world;
};

const told = async (client: MarketplaceClient) => {
  const { changes } = await unwrap(client.listMarketplaceChanges({ limit: 1000 }));
  return changes.filter(({ type }) => type === agentUsageCounted);
};

/** What the feed tells of days, when so many changes are in it. */
const toldAfter = async (client: MarketplaceClient, count: number) => {
  await expect.poll(async () => (await told(client)).length, { timeout: 10_000 }).toBe(count);
  return (await told(client)).map(({ data }) => data);
};

const untilPauseIsOver = async ({ database }: UsageWorld) =>
  await database.query("UPDATE marketplace.agent_usage_days SET told_at = told_at - interval '1 minute'");

describe("what the feed tells of agents", () => {
  it("is the whole figures of a day, again when they have changed, and not again within the pause", async () => {
    const world = await stillWorld();
    const { acme } = world;
    await outcomes(acme, [run("a", ["collector"])]);
    await foldAll(world);
    expect(await tellAgentUsage(world.deps)).toBe(1);
    expect(await tellAgentUsage(world.deps)).toBe(0);
    await outcomes(acme, [run("b", ["collector"])]);
    await foldAll(world);
    expect(await tellAgentUsage(world.deps)).toBe(0);
    await untilPauseIsOver(world);
    expect(await tellAgentUsage(world.deps)).toBe(1);
    const first = { day: at.slice(0, 10), sample: false, succeeded: 1, failed: 0, cancelled: 0, invalid: 0 };
    expect(await toldAfter(acme, 2)).toEqual([
      { ...first, durationMs: 50, lastAt: at },
      { ...first, succeeded: 2, durationMs: 100, lastAt: at },
    ]);
    expect(await told(acme)).toContainEqual(
      expect.objectContaining({
        tenant: "acme",
        visibility: "private",
        resourceType: "agent",
        resourceId: "collector",
        version: "1.0.0",
      }),
    );
    const entries = await unwrap(acme.listMarketplaceAudit({ action: agentUsageCounted }));
    expect(entries.entries).toEqual([]);
  });

  it("is for the agent's tenant and for services, and for nobody else", async () => {
    const world = await stillWorld();
    const { acme, globex, anonymous } = world;
    await outcomes(acme, [run("a", ["globex/writer"])]);
    await foldAll(world);
    await tellAgentUsage(world.deps);
    await toldAfter(globex, 1);
    expect(await told(acme)).toEqual([]);
    expect(await told(anonymous)).toEqual([]);
    expect(await told(world.client((await world.registryEnv()).REGISTRY_TOKEN))).toHaveLength(1);
  });

  it("is told once by several that tell at the same time, in batches", async () => {
    const world = await stillWorld();
    const agents = Array.from({ length: 450 }, (_, n) => `agent-${n}`);
    const runs = Array.from({ length: 5 }, (_, n) => run(`r-${n}`, agents.slice(n * 90, n * 90 + 90)));
    await outcomes(world.acme, runs);
    await foldAll(world);
    expect(await tellAgentUsage(world.deps)).toBe(200);
    // How those who come at the same time share the rest is up to them.
    const counts = await Promise.all(Array.from({ length: 4 }, () => tellAgentUsage(world.deps)));
    expect(Math.max(...counts)).toBeLessThanOrEqual(200);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(250);
    await toldAfter(world.acme, 450);
    expect(new Set((await told(world.acme)).map(({ resourceId }) => resourceId)).size).toBe(450);
  });

  it("goes on in the order of waiting while a day is being counted", async () => {
    const world = await stillWorld();
    await outcomes(world.acme, [run("a", ["busy", "free"])]);
    await foldAll(world);
    await world.deps.db.kysely.transaction().execute(async (trx) => {
      await sql`SELECT set_config('app.role', 'service', true)`.execute(trx);
      await sql`SELECT FROM agent_usage_days WHERE agent_id = 'busy' FOR UPDATE`.execute(trx);
      expect(await tellAgentUsage(world.deps)).toBe(1);
    });
    expect(await tellAgentUsage(world.deps)).toBe(1);
  });

  it("is zeros for samples that were removed, and whatever comes afterwards is told after that", async () => {
    const world = await stillWorld();
    const { acme } = world;
    await outcomes(acme, [run("a", ["collector"]), run("b", ["collector"], { sample: true })]);
    await foldAll(world);
    await tellAgentUsage(world.deps);
    expect(await unwrap(acme.removeSampleUsage())).toMatchObject({ removed: { agents: 1 } });
    expect(await rowsIn(world, "agent_usage_days")).toBe(1);
    await outcomes(acme, [run("b", ["collector"], { sample: true })]);
    await foldAll(world);
    await tellAgentUsage(world.deps);
    const samples = (await toldAfter(acme, 4)).filter(({ sample }) => sample);
    expect(samples.map(({ succeeded, durationMs }) => [succeeded, durationMs])).toEqual([
      [1, 50],
      [0, 0],
      [1, 50],
    ]);
  });
});
