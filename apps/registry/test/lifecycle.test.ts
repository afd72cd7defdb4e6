import { unwrap } from "@nofx/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

const reason = "testing";
const versionOf = fc.constantFrom("1.0.0", "1.1.0", "2.0.0", "2.1.0", "3.0.0-beta.1");
const step = fc.oneof(
  fc.record({
    do: fc.constant("publish" as const),
    version: versionOf,
    draft: fc.constantFrom("true" as const, "false" as const),
  }),
  fc.record({ do: fc.constant("roll" as const), version: versionOf }),
  fc.record({
    do: fc.constant("version" as const),
    version: versionOf,
    status: fc.constantFrom("active" as const, "deprecated" as const, "archived" as const),
    successor: fc.option(versionOf, { nil: undefined }),
  }),
  fc.record({
    do: fc.constant("agent" as const),
    status: fc.constantFrom("active" as const, "deprecated" as const, "disabled" as const),
  }),
  fc.record({ do: fc.constant("point" as const), channel: fc.constantFrom("a", "b"), version: versionOf }),
  fc.record({ do: fc.constant("unpoint" as const), channel: fc.constantFrom("a", "b") }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Each version says in all its fields which it is. */
const manifestOf = ({ given }: TestRegistry, agentId: string, version: string) =>
  given.manifest({
    agentId,
    version,
    name: `Agent ${version}`,
    description: version,
    tags: [`t-${version}`],
    metadata: { owner: version },
    manifest: { entryPrompt: "prompts/system.md", dependencies: { agents: { helper: version } } },
  });

const carryOut = async (world: TestRegistry, admin: RegistryClient, agentId: string, order: Step) => {
  if (order.do === "publish") {
    return admin.publishAgent({ body: manifestOf(world, agentId, order.version), draft: order.draft });
  }
  if (order.do === "roll") return admin.rollbackAgent({ agentId, body: { targetVersion: order.version, reason } });
  if (order.do === "agent") return admin.setAgentStatus({ agentId, body: { status: order.status, reason } });
  if (order.do === "point") {
    return admin.setChannel({ agentId, channel: order.channel, body: { version: order.version } });
  }
  if (order.do === "unpoint") return admin.deleteChannel({ agentId, channel: order.channel });
  const { version, status } = order;
  const successor = status === "deprecated" ? order.successor : undefined;
  return admin.setVersionStatus({ agentId, version, body: { status, reason, ...(successor && { successor }) } });
};

/** What must be true of an agent at any time. */
const expectSound = async (world: TestRegistry, admin: RegistryClient, agentId: string) => {
  const { agent } = await unwrap(admin.getAgent({ agentId }));
  const { currentVersion } = agent;
  const statusOf = new Map(agent.versions.map(({ version, status }) => [version, status]));
  expect(agent).toMatchObject({
    name: `Agent ${currentVersion}`,
    description: currentVersion,
    tags: [`t-${currentVersion}`],
    metadata: { owner: currentVersion },
  });
  for (const { version } of agent.channels) expect(["active", "deprecated"]).toContain(statusOf.get(version));
  for (const { status, deprecatedAt, successor } of agent.versions) {
    expect(deprecatedAt !== undefined).toBe(status === "deprecated");
    if (successor !== undefined) expect(["active", "deprecated"]).toContain(statusOf.get(successor));
  }
  expect(agent.deprecatedAt !== undefined).toBe(agent.status === "deprecated");
  const query = "SELECT range FROM registry.agent_dependencies WHERE agent_id = $1";
  expect(await world.database.query(query, [agentId])).toEqual([{ range: currentVersion }]);
  return agent;
};

describe("an agent's life", () => {
  it("no sequence of operations makes it unsound, refused ones change nothing, and each change is audited once", async () => {
    const world = await registry();
    const admin = world.as(await world.given.admin("acme"));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        run += 1;
        const agentId = `agent-${run}`;
        await unwrap(admin.publishAgent({ body: manifestOf(world, agentId, "1.0.0") }));
        let changes = 1;
        let etag = (await admin.getAgent({ agentId })).headers.get("etag");
        for (const order of steps) {
          const answer = await carryOut(world, admin, agentId, order);
          if (!answer.ok) expect([404, 409, 422]).toContain(answer.status);
          await expectSound(world, admin, agentId);
          const next = (await admin.getAgent({ agentId })).headers.get("etag");
          const changed = answer.headers.has("nofx-change");
          expect(next !== etag).toBe(changed);
          if (changed) changes += 1;
          etag = next;
        }
        const { entries } = await unwrap(admin.listAgentAudit({ agentId, limit: 100 }));
        expect(entries).toHaveLength(changes);
      }),
      { numRuns: 25 },
    );
  });

  it("rollback and publish that race leave one of both outcomes, whole", async () => {
    const world = await registry();
    const admin = world.as(await world.given.admin("acme"));
    const agentId = "racer";
    for (const version of ["1.0.0", "1.1.0"]) {
      await unwrap(admin.publishAgent({ body: manifestOf(world, agentId, version) }));
    }
    for (let round = 2; round < 32; round += 1) {
      const before = (await unwrap(admin.getAgent({ agentId }))).agent.currentVersion;
      const version = `1.${round}.0`;
      const [published, rolled, again] = await Promise.all([
        admin.publishAgent({ body: manifestOf(world, agentId, version) }),
        admin.rollbackAgent({ agentId, body: { targetVersion: "1.0.0", reason } }),
        admin.rollbackAgent({ agentId, body: { targetVersion: "1.0.0", reason } }),
      ]);
      expect(published.status).toBe(201);
      const { currentVersion } = await expectSound(world, admin, agentId);
      expect(["1.0.0", version]).toContain(currentVersion);
      // Whoever came last had the last word.
      if (!rolled.ok && !again.ok) expect(currentVersion).toBe(version);
      for (const answer of [rolled, again]) if (answer.ok) expect([before, version]).toContain(answer.body.from);
    }
    const query = `SELECT count(*)::int AS entries, count(DISTINCT change_id)::int AS changes,
      (SELECT revision::int FROM registry.agent_registry WHERE agent_id = 'racer') AS revision
      FROM registry.audit_log WHERE resource_id = 'racer'`;
    const [counts] = await world.database.query<{ entries: number; changes: number; revision: number }>(query);
    expect(counts?.changes).toBe(counts?.entries);
    expect(counts?.revision).toBe(counts?.entries);
  });
});
