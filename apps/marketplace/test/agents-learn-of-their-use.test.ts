import { unwrap } from "@nofx/client";
import type { AgentUsage } from "@nofx/contract-registry";
import {
  createDeps as createRegistryDeps,
  type Deps as RegistryDeps,
  readEnv as readRegistryEnv,
} from "@nofx/registry";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { publishAgent } from "./agents.ts";
import { registryProcess } from "./registry-process.ts";
import { type Relay, relay } from "./relay.ts";
import { outcomes, type Report, report, type UsageWorld, untilFolded, usageWorld } from "./usage.ts";

const timeout = 5_000;
const agentId = "collector";

const run = (runId: string, agents: readonly string[], more: Partial<Report> = {}) => {
  const steps = agents.map((agent) => ({
    agentId: agent,
    version: "1.0.0",
    outcome: "succeeded" as const,
    durationMs: 50,
  }));
  return report(runId, { steps, ...more });
};

/** The figures of both sides, without what each side notes for itself. */
const figures = `version, day::text, is_sample, succeeded, failed, cancelled, invalid, duration_ms, last_at`;
const inRegistry = ({ registry }: UsageWorld) =>
  registry.database.query(`
    SELECT tenant_id AS tenant, agent_id, ${figures} FROM registry.agent_usage_days ORDER BY 1, 2, 3, 4, 5`);
const inMarketplace = ({ database }: UsageWorld) =>
  database.query(`
    SELECT agent_tenant AS tenant, agent_id, ${figures} FROM marketplace.agent_usage_days ORDER BY 1, 2, 3, 4, 5`);
const source = async ({ registry }: UsageWorld) => {
  const [row] = await registry.database.query<{ cursor: string; holder: string | null }>(
    "SELECT cursor, holder FROM registry.usage_source",
  );
  return row ?? expect.fail("there is always one");
};

/** A registry that follows a marketplace over HTTP, and a marketplace that asks the registry whose the tokens are. */
describe("the registry learns how agents are used", () => {
  let between: Relay;
  let world: UsageWorld;
  let token: string;
  beforeEach(async () => {
    between = await relay();
    world = await usageWorld({}, { registryEnv: { MARKETPLACE_URL: between.url } });
    between.to(world.fetch);
    await publishAgent(world, world.alice, agentId, "1.0.0", { visibility: "public" });
    await publishAgent(world, world.alice, "hidden", "1.0.0");
    token = (await world.registryEnv()).REGISTRY_TOKEN;
  });

  const follow = () => world.registry.deps.usage.follow(token);

  /** Another process of the same registry, which follows from its start. */
  const otherProcess = (): RegistryDeps => {
    const env = {
      DATABASE_URL: world.registry.database.url,
      MARKETPLACE_URL: between.url,
      MARKETPLACE_TOKEN: token,
      LOG_LEVEL: "silent",
    };
    const deps = createRegistryDeps(readRegistryEnv(env));
    let closed: Promise<void> | undefined;
    const close = () => {
      closed ??= deps.close();
      return closed;
    };
    onTestFinished(close);
    return { ...deps, close };
  };

  const usage = (): Promise<AgentUsage> => unwrap(world.registryAs(world.alice).getAgentUsage({ agentId }));
  const untilRuns = (runs: number, within = timeout) =>
    expect.poll(async () => (await usage()).totals.runs, { timeout: within }).toBe(runs);
  const untilEqual = async (within = timeout): Promise<void> =>
    expect.poll(async () => await inRegistry(world), { timeout: within }).toEqual(await inMarketplace(world));

  it("of what was counted before it followed and of each run within seconds, and says so", async () => {
    await outcomes(world.acme, [run("a", [agentId])]);
    await untilFolded(world);
    expect((await usage()).source).toBe("not_configured");
    follow();
    await untilRuns(1);
    await outcomes(world.acme, [run("b", [agentId]), run("c", [agentId])]);
    await outcomes(world.globex, [run("a", ["acme/collector"], { tenant: "acme" })]);
    await untilRuns(4);
    expect(await usage()).toMatchObject({ source: "current", asOf: expect.any(String), totals: { meanMs: 50 } });
    await untilEqual();
    expect(world.registry.logged() + world.logged()).not.toContain(token);
  });

  it("shows private agents to nobody else, whoever used them", async () => {
    follow();
    await outcomes(world.acme, [run("a", ["hidden"])]);
    const asking = { agentId: "hidden", tenant: "acme" };
    const hidden = async () => (await unwrap(world.registryAs(world.alice).getAgentUsage(asking))).totals.runs;
    await expect.poll(hidden, { timeout }).toBe(1);
    expect(await world.registryAs(world.mallory).getAgentUsage(asking)).toBeProblem(404, "agent_not_found");
    expect(await world.registry.client().getAgentUsage(asking)).toBeProblem(404, "agent_not_found");
  });

  it("once, also if it is told twice", async () => {
    follow();
    await untilRuns(0);
    await expect.poll(async () => (await source(world)).cursor, { timeout }).toBeTruthy();
    const { cursor } = await source(world);
    await outcomes(world.acme, [run("a", [agentId, "globex/unknown"])]);
    await untilRuns(1);
    await world.registry.deps.usage.stop();
    const before = await inRegistry(world);
    await world.registry.database.query("UPDATE registry.usage_source SET cursor = $1", [cursor]);
    const other = otherProcess();
    await expect.poll(async () => (await source(world)).cursor, { timeout }).not.toBe(cursor);
    await other.close();
    expect(await inRegistry(world)).toEqual(before);
  });

  it("of what happened while it was down, from where it was", async () => {
    follow();
    await outcomes(world.acme, [run("a", [agentId])]);
    await untilRuns(1);
    await world.registry.deps.usage.stop();
    expect((await source(world)).holder).toBeNull();
    await outcomes(world.acme, [run("b", [agentId]), run("c", ["hidden"])]);
    await untilFolded(world);
    between.asked.splice(0);
    otherProcess();
    await untilRuns(2);
    await untilEqual();
    expect(between.asked.map(({ url }) => url.pathname)).not.toContain("/api/analytics/agents");
  });

  it("in one process at a time: another one goes on when the first lets go, or is not heard of", async () => {
    follow();
    await outcomes(world.acme, [run("a", [agentId])]);
    await untilRuns(1);
    const { holder } = await source(world);
    otherProcess();
    await outcomes(world.acme, [run("b", [agentId])]);
    await untilRuns(2);
    expect((await source(world)).holder).toBe(holder);
    await world.registry.deps.usage.stop();
    await outcomes(world.acme, [run("c", [agentId])]);
    await untilRuns(3);
    expect((await source(world)).holder).not.toBe(holder);
    // One that died cannot let go.
    const died = crypto.randomUUID();
    await world.registry.database.query(
      "UPDATE registry.usage_source SET holder = $1, held_until = now() + interval '2 seconds'",
      [died],
    );
    await outcomes(world.acme, [run("d", [agentId])]);
    await untilRuns(4, 15_000);
    expect((await source(world)).holder).not.toBe(died);
  });

  it("of every run although the process that follows is killed while it reads: another one goes on where it was", async () => {
    const env = { MARKETPLACE_URL: between.url, MARKETPLACE_TOKEN: token, LOG_LEVEL: "error" };
    const start = () => registryProcess({ DATABASE_URL: world.registry.database.url, ...env });
    const holder = async () => (await source(world)).holder;
    let runs = 0;
    const reportSome = async (): Promise<void> => {
      const some = Array.from({ length: 5 }, (_, n) => run(`run-${runs + n}`, [agentId, "hidden"]));
      runs += some.length;
      await outcomes(world.acme, some);
    };
    const reader = await start();
    await reportSome();
    await expect.poll(async () => (await usage()).totals.runs, { timeout: 15_000 }).toBeGreaterThan(0);
    const killed = await holder();
    const other = await start();
    const reporting = (async () => {
      for (let more = 0; more < 20; more += 1) await reportSome();
    })();
    await reader.kill();
    await reporting;
    expect(await holder()).toBe(killed);
    // As if forty seconds had passed since it was heard of.
    await world.registry.database.query(
      "UPDATE registry.usage_source SET held_until = held_until - interval '40 seconds'",
    );
    await untilFolded(world);
    await untilRuns(runs, 20_000);
    await untilEqual(20_000);
    expect(await holder()).not.toBe(killed);
    const metrics = await (await fetch(`${other.url}/metrics`)).text();
    const behind = Number(/^nofx_agent_usage_behind_seconds\S* (\S+)$/m.exec(metrics)?.[1]);
    expect(behind).toBeGreaterThanOrEqual(0);
    expect(behind).toBeLessThan(20);
  }, 90_000);

  it("of everything anew after the marketplace's feed was renewed, and is equal to it then", async () => {
    follow();
    await outcomes(world.acme, [run("a", [agentId, "hidden", "globex/unknown"])]);
    await untilRuns(1);
    const { database } = world.registry;
    await database.query(`
      WITH lost AS (DELETE FROM registry.agent_usage_days WHERE agent_id = 'hidden' RETURNING *)
      INSERT INTO registry.agent_usage_days SELECT tenant_id, 'never-told', version, day, is_sample, succeeded, failed,
        cancelled, invalid, duration_ms, last_at, reading FROM lost`);
    await database.query("UPDATE registry.agent_usage_days SET succeeded = 7 WHERE agent_id = 'unknown'");
    await unwrap(world.operator.renewMarketplaceFeedEpoch({ body: { reason: "testing" } }));
    await untilEqual(15_000);
    await outcomes(world.acme, [run("b", [agentId])]);
    await untilRuns(2);
  });

  it("that samples are gone when they are removed", async () => {
    follow();
    await outcomes(world.acme, [run("a", [agentId]), run("b", [agentId], { sample: true })]);
    await untilRuns(2);
    expect((await usage()).includesSample).toBe(true);
    await unwrap(world.acme.removeSampleUsage());
    await untilRuns(1);
    expect((await usage()).includesSample).toBe(false);
    await untilEqual();
  });

  it("again when the marketplace is back, and serves what it knows meanwhile", async () => {
    follow();
    await outcomes(world.acme, [run("a", [agentId])]);
    await untilRuns(1);
    between.to(() => Promise.resolve(new Response("away", { status: 503 })));
    await expect.poll(() => world.registry.logged(), { timeout: 15_000 }).toContain("cannot be followed");
    await world.registry.database.query("UPDATE registry.usage_source SET read_at = now() - interval '1 hour'");
    expect(await usage()).toMatchObject({ source: "behind", totals: { runs: 1 } });
    await outcomes(world.acme, [run("b", [agentId])]);
    between.to(world.fetch);
    await untilRuns(2, 15_000);
    expect((await usage()).source).toBe("current");
  });
});
