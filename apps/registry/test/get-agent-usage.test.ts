import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type Person, type RegistryClient, registry, type TestRegistry } from "./registry.ts";

const agentId = "greeter";
const now = new Date("2026-11-23T09:30:00Z");

interface Used {
  readonly tenant?: string;
  readonly agent?: string;
  readonly version?: string;
  readonly day?: string;
  readonly sample?: boolean;
  /** Succeeded, failed, cancelled, invalid. */
  readonly counts?: readonly [number, number, number, number];
  readonly durationMs?: number;
}

const used = async ({ database }: TestRegistry, given: Used) => {
  const { tenant = "acme", agent = agentId, version = "1.0.0", day = "2026-11-22", sample = false } = given;
  const { counts = [1, 0, 0, 0], durationMs = 100 } = given;
  await database.query(
    `INSERT INTO registry.agent_usage_days (tenant_id, agent_id, version, day, is_sample, succeeded, failed, cancelled,
       invalid, duration_ms, last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $4::date + interval '9 hours')`,
    [tenant, agent, version, day, sample, ...counts, durationMs],
  );
};

describe("getAgentUsage", () => {
  let world: TestRegistry;
  let person: Person;
  let alice: RegistryClient;
  let mallory: RegistryClient;
  beforeEach(async () => {
    world = await registry({}, { now: () => now });
    person = await world.given.admin("acme");
    alice = world.as(person);
    mallory = world.as(await world.given.admin("globex"));
    await unwrap(alice.publishAgent({ body: world.given.manifest(), visibility: "public" }));
  });

  it("200: counts, success with its interval, mean duration and last use, in total, by day and by version", async () => {
    await unwrap(alice.publishAgent({ body: world.given.manifest({ version: "1.1.0", description: "Greets" }) }));
    await used(world, { counts: [90, 10, 3, 2], durationMs: 9_000 });
    await used(world, { version: "1.1.0", day: "2026-11-23", counts: [0, 0, 1, 0], durationMs: 0 });
    const usage = await unwrap(world.anonymous.getAgentUsage({ agentId, tenant: "acme" }));
    expect(usage).toMatchObject({
      tenant: "acme",
      agentId,
      from: "2026-10-25T00:00:00.000Z",
      to: "2026-11-24T00:00:00.000Z",
      includesSample: false,
      totals: { runs: 106, succeeded: 90, failed: 10, cancelled: 4, invalid: 2, meanMs: 100 },
    });
    expect(usage.totals.success?.rate).toBe(0.9);
    expect(usage.totals.success?.low).toBeCloseTo(0.8256, 4);
    expect(usage.totals.success?.high).toBeCloseTo(0.9448, 4);
    expect(usage.totals.lastAt).toBe("2026-11-23T09:00:00.000Z");
    expect(usage.series).toHaveLength(30);
    expect(usage.series.slice(-2).map(({ at, runs, meanMs }) => [at.slice(0, 10), runs, meanMs])).toEqual([
      ["2026-11-22", 105, 100],
      ["2026-11-23", 1, undefined],
    ]);
    expect(usage.versions.items.map(({ version, runs, success }) => [version, runs, success?.rate])).toEqual([
      ["1.0.0", 105, 0.9],
      ["1.1.0", 1, undefined],
    ]);
    const { version, totals } = await unwrap(alice.getAgentUsage({ agentId, version: "1.1.0" }));
    expect([version, totals.runs]).toEqual(["1.1.0", 1]);
  });

  it("200: of the days that are asked for, whole ones, and says whether some of it is made up", async () => {
    await used(world, { day: "2026-11-01", counts: [1, 0, 0, 0] });
    await used(world, { day: "2026-11-02", counts: [2, 0, 0, 0], sample: true });
    await used(world, { day: "2026-11-03", counts: [4, 0, 0, 0] });
    const runs = async (from: string, to: string) => {
      const { totals, includesSample } = await unwrap(alice.getAgentUsage({ agentId, from, to }));
      return [totals.runs, includesSample];
    };
    expect(await runs("2026-11-01", "2026-11-02")).toEqual([1, false]);
    expect(await runs("2026-11-01T23:00:00Z", "2026-11-02T01:00:00Z")).toEqual([3, true]);
    expect(await runs("2026-11-03", "2026-11-04")).toEqual([4, false]);
  });

  it("200: drafts and unknown versions count for their own tenant only, private agents too", async () => {
    const draft = world.given.manifest({ version: "2.0.0-rc.1", description: "Soon" });
    await unwrap(alice.publishAgent({ body: draft, draft: "true" }));
    await used(world, {});
    await used(world, { version: "2.0.0-rc.1", counts: [10, 0, 0, 0] });
    await used(world, { version: "9.9.9", counts: [100, 0, 0, 0] });
    await used(world, { agent: "hidden", counts: [1_000, 0, 0, 0] });
    expect((await unwrap(alice.getAgentUsage({ agentId }))).totals.runs).toBe(111);
    for (const client of [mallory, world.anonymous]) {
      const usage = await unwrap(client.getAgentUsage({ agentId, tenant: "acme" }));
      expect(usage.totals.runs).toBe(1);
      expect(JSON.stringify(usage)).not.toContain("2.0.0-rc.1");
    }
    const rows = await world.deps.db.pool.query("SELECT FROM agent_usage_days");
    // Without anybody's settings, what everybody may see.
    expect(rows.rowCount).toBe(1);
  });

  it("200: figures that came before the agent are shown with it", async () => {
    await used(world, { agent: "later" });
    await unwrap(alice.publishAgent({ body: world.given.manifest({ agentId: "later" }) }));
    expect((await unwrap(alice.getAgentUsage({ agentId: "later" }))).totals.runs).toBe(1);
  });

  it("200 not_configured: without a marketplace and a token for it nothing is followed", async () => {
    const usage = await unwrap(alice.getAgentUsage({ agentId }));
    expect([usage.source, usage.asOf]).toEqual(["not_configured", undefined]);
    for (const env of [{ MARKETPLACE_URL: "http://127.0.0.1:9" }, { MARKETPLACE_TOKEN: "x" }]) {
      expect((await registry(env)).deps.usage.isFollowing()).toBe(false);
    }
  });

  it("200 behind: while the marketplace does not answer; the failure is logged once, and the token never", async () => {
    const env = { MARKETPLACE_URL: "http://127.0.0.1:9", MARKETPLACE_TOKEN: "nofx_a-token-of-a-service" };
    const away = await registry(env);
    const admin = away.as(await away.given.admin("acme"));
    await unwrap(admin.publishAgent({ body: away.given.manifest() }));
    await expect.poll(() => away.logged()).toContain("cannot be followed");
    expect((await unwrap(admin.getAgentUsage({ agentId }))).source).toBe("behind");
    expect(away.logged()).not.toContain("a-token-of-a-service");
  });

  it("400: a time that is too long, ends before it begins, or is none", async () => {
    const asking = (query: object) => alice.getAgentUsage({ agentId, ...query });
    expect(await asking({ from: "2025-10-01" })).toBeProblem(400, "request_invalid");
    expect(await asking({ from: "2026-11-02", to: "2026-11-01" })).toBeProblem(400, "request_invalid");
    expect(await asking({ from: "yesterday" })).toBeProblem(400, "request_invalid");
    expect(await asking({ from: "0000-01-01", to: "0000-01-02" })).toMatchObject({ status: 200 });
    expect(await asking({ from: "9999-12-31", to: "9999-12-31T01:00:00Z" })).toMatchObject({ status: 200 });
  });

  it("404: of what the caller may not see, or what is not there", async () => {
    await unwrap(alice.publishAgent({ body: world.given.manifest({ agentId: "hidden" }) }));
    await used(world, { agent: "hidden" });
    expect(await mallory.getAgentUsage({ agentId: "hidden", tenant: "acme" })).toBeProblem(404, "agent_not_found");
    expect(await alice.getAgentUsage({ agentId, version: "9.9.9" })).toBeProblem(404, "version_not_found");
  });
});
