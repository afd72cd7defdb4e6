import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry, type TestRegistry } from "./registry.ts";

const now = new Date("2026-11-22T09:30:00.123Z");
const deprecate = { status: "deprecated", reason: "Superseded", successor: { agentId: "welcomer" } } as const;
const disable = { status: "disabled", reason: "Leaks secrets" } as const;

/** Two public agents of acme, by its administrator. */
const withAgents = async (world: TestRegistry) => {
  const admin = world.as(await world.given.admin("acme"));
  for (const agentId of ["greeter", "welcomer"]) {
    await unwrap(admin.publishAgent({ body: world.given.manifest({ agentId }), visibility: "public" }));
  }
  return admin;
};

describe("setAgentStatus", () => {
  it("200: a deprecated agent says since when, why, and what to use instead, wherever it shows", async () => {
    const world = await registry({}, { now: () => now });
    const admin = await withAgents(world);
    const set = await admin.setAgentStatus({ agentId: "greeter", body: deprecate });
    const shown = {
      status: "deprecated",
      statusReason: "Superseded",
      deprecatedAt: now.toISOString(),
      successor: { tenant: "acme", agentId: "welcomer" },
    };
    expect(set).toMatchObject({ status: 200, body: { outcome: "changed", dryRun: false, agent: shown } });
    expect(set.headers.get("nofx-change")).toMatch(/^[0-9a-f-]{36}$/);
    expect((await unwrap(admin.getAgent({ agentId: "greeter" }))).agent).toMatchObject(shown);
    const { agents } = await unwrap(world.anonymous.listAgents({ status: "deprecated" }));
    expect(agents).toMatchObject([{ agentId: "greeter", ...shown }]);
  });

  it("its answers carry Deprecation and Link, also from the cache and as 304", async () => {
    const world = await registry({}, { now: () => now });
    const admin = await withAgents(world);
    await admin.setAgentStatus({ agentId: "greeter", body: deprecate });
    const address = { agentId: "greeter", tenant: "acme" };
    const calls = [
      () => world.anonymous.getAgent(address),
      () => world.anonymous.getAgentVersion({ ...address, version: "1.0.0" }),
      () => world.anonymous.getAgentFile({ ...address, version: "1.0.0", path: "prompts/system.md" }),
      () => world.anonymous.resolveAgent(address),
    ];
    for (const call of calls) {
      for (const { headers } of [await call(), await call()]) {
        expect(headers.get("deprecation")).toBe(`@${Math.floor(now.getTime() / 1000)}`);
        expect(headers.get("link")).toBe('</api/agents/welcomer?tenant=acme>; rel="successor-version"');
      }
    }
    const ifNoneMatch = (await world.anonymous.getAgent(address)).headers.get("etag") ?? "";
    const unchanged = await world.anonymous.getAgent(address, { ifNoneMatch });
    expect([unchanged.status, unchanged.headers.get("deprecation")]).toEqual([304, "@1795339800"]);
  });

  it("a deprecated agent's versions are revalidated, an active one's kept for a year", async () => {
    const world = await registry();
    const admin = await withAgents(world);
    const control = async () =>
      (await admin.getAgentVersion({ agentId: "greeter", version: "1.0.0" })).headers.get("cache-control");
    expect(await control()).toContain("immutable");
    await admin.setAgentStatus({ agentId: "greeter", body: deprecate });
    expect(await control()).toBe("private, no-cache");
    await admin.setAgentStatus({ agentId: "greeter", body: { status: "active", reason: "Still needed" } });
    expect(await control()).toContain("immutable");
    expect((await admin.getAgent({ agentId: "greeter" })).headers.has("deprecation")).toBe(false);
  });

  it("a disabled agent is there for its own tenant only, and comes back with one call", async () => {
    const world = await registry();
    const admin = await withAgents(world);
    const other = world.as(await world.given.admin("globex"));
    const address = { agentId: "greeter", tenant: "acme" };
    const seenBy = async (client: typeof admin) => {
      const { agents } = await unwrap(client.listAgents());
      return [
        (await client.getAgent(address)).status,
        (await client.getAgentVersion({ ...address, version: "1.0.0" })).status,
        (await client.getAgentFile({ ...address, version: "1.0.0", path: "prompts/system.md" })).status,
        (await client.listAgentVersions(address)).status,
        agents.some(({ agentId }) => agentId === "greeter"),
        (await client.resolveAgent(address)).status,
      ];
    };
    const all = [200, 200, 200, 200, true, 200];
    expect(await seenBy(other)).toEqual(all);
    expect(await seenBy(world.anonymous)).toEqual(all);
    await unwrap(admin.setAgentStatus({ agentId: "greeter", body: disable }));
    expect(await seenBy(admin)).toEqual([200, 200, 200, 200, false, 404]);
    for (const client of [other, world.anonymous]) {
      expect(await seenBy(client)).toEqual([404, 404, 404, 404, false, 404]);
      expect((await unwrap(client.listAgents({ status: "disabled" }))).agents).toEqual([]);
    }
    expect((await unwrap(admin.listAgents({ status: "disabled" }))).agents).toMatchObject([
      { agentId: "greeter", statusReason: "Leaks secrets" },
    ]);
    await unwrap(admin.setAgentStatus({ agentId: "greeter", body: { status: "active", reason: "Mended" } }));
    expect(await seenBy(other)).toEqual(all);
  });

  it("others learn from the feed that a public agent was disabled, and nothing of it after that", async () => {
    const world = await registry();
    const admin = await withAgents(world);
    await unwrap(admin.setAgentStatus({ agentId: "greeter", body: disable }));
    const body = world.given.manifest({ version: "6.6.6" });
    expect(await unwrap(admin.publishAgent({ body }))).toMatchObject({
      agent: { status: "disabled", currentVersion: "6.6.6" },
    });
    await unwrap(admin.setChannel({ agentId: "greeter", channel: "beta", body: { version: "6.6.6" } }));
    await expect
      .poll(async () => (await unwrap(admin.listChanges({ limit: 1000 }))).changes.map(({ type }) => type))
      .toContain("agent.channel_set");
    const { changes } = await unwrap(world.anonymous.listChanges({ limit: 1000 }));
    expect(changes.filter(({ resourceId }) => resourceId === "greeter").map(({ type }) => type)).toEqual([
      "agent.version_published",
      "agent.status_changed",
    ]);
    expect(changes.at(-1)?.data).toMatchObject({ from: "active", to: "disabled" });
    expect(JSON.stringify(changes)).not.toMatch(/6\.6\.6|Leaks/);
  });

  it("it is audited with its reason, once; the same again is no change, another reason amends", async () => {
    const world = await registry({}, { now: () => now });
    const admin = await withAgents(world);
    const set = (reason: string) =>
      unwrap(admin.setAgentStatus({ agentId: "greeter", body: { ...deprecate, reason } }));
    expect((await set("First")).outcome).toBe("changed");
    expect((await set("First")).outcome).toBe("unchanged");
    expect(await set("Second")).toMatchObject({ outcome: "changed", agent: { deprecatedAt: now.toISOString() } });
    const { entries } = await unwrap(admin.listAgentAudit({ agentId: "greeter", action: "agent.status_changed" }));
    expect(entries.map(({ reason, details }) => [reason, details.from, details.to])).toEqual([
      ["Second", "deprecated", "deprecated"],
      ["First", "active", "deprecated"],
    ]);
  });

  it("publishing into a deprecated or disabled agent is allowed, and its status stays", async () => {
    const world = await registry();
    const admin = await withAgents(world);
    for (const [body, version] of [
      [deprecate, "1.1.0"],
      [disable, "1.2.0"],
    ] as const) {
      await unwrap(admin.setAgentStatus({ agentId: "greeter", body }));
      const { agent } = await unwrap(admin.publishAgent({ body: world.given.manifest({ version }) }));
      expect(agent).toMatchObject({ status: body.status, statusReason: body.reason, currentVersion: version });
    }
  });

  it("dryRun tells who would be hit, and writes nothing", async () => {
    const world = await registry();
    const admin = await withAgents(world);
    const dependencies = { agents: { greeter: "^1.0.0" } };
    const body = world.given.manifest({
      agentId: "train",
      manifest: { entryPrompt: "prompts/system.md", dependencies },
    });
    await unwrap(admin.publishAgent({ body }));
    const before = await admin.getAgent({ agentId: "greeter" });
    const preview = await admin.setAgentStatus({ agentId: "greeter", dryRun: "true", body: disable });
    expect(preview).toMatchObject({
      status: 200,
      body: {
        outcome: "changed",
        dryRun: true,
        agent: { status: "disabled" },
        impact: {
          fields: [
            { path: "$.status", before: "active", after: "disabled" },
            { path: "$.statusReason", after: "Leaks secrets" },
          ],
          dependents: [{ tenant: "acme", agentId: "train", range: "^1.0.0", satisfied: false }],
          dependentsTruncated: false,
        },
      },
    });
    expect(preview.headers.has("nofx-change")).toBe(false);
    expect((await admin.getAgent({ agentId: "greeter" })).headers.get("etag")).toBe(before.headers.get("etag"));
    const softer = await unwrap(admin.setAgentStatus({ agentId: "greeter", dryRun: "true", body: deprecate }));
    expect(softer.impact.dependents).toMatchObject([{ agentId: "train", satisfied: true }]);
  });

  it("422 successor_refused: itself, unknown, hidden, disabled, private for a public one, or in a circle", async () => {
    const world = await registry();
    const admin = await withAgents(world);
    const other = world.as(await world.given.admin("globex"));
    await unwrap(other.publishAgent({ body: world.given.manifest({ agentId: "secret" }) }));
    await unwrap(admin.publishAgent({ body: world.given.manifest({ agentId: "inner" }) }));
    await unwrap(admin.publishAgent({ body: world.given.manifest({ agentId: "gone" }), visibility: "public" }));
    await unwrap(admin.setAgentStatus({ agentId: "gone", body: disable }));
    const name = (agentId: string, successor: { agentId: string; tenant?: string }) =>
      admin.setAgentStatus({ agentId, body: { ...deprecate, successor } });
    for (const successor of [
      { agentId: "greeter" },
      { agentId: "nobody" },
      { agentId: "secret", tenant: "globex" },
      { agentId: "gone" },
      { agentId: "inner" },
    ]) {
      expect(await name("greeter", successor)).toBeProblem(422, "successor_refused");
    }
    expect((await name("inner", { agentId: "greeter" })).status).toBe(200);
    expect((await name("greeter", { agentId: "welcomer" })).status).toBe(200);
    expect(await name("welcomer", { agentId: "greeter" })).toBeProblem(422, "successor_refused");
  });

  it("two agents that name each other at the same time never form a circle", async () => {
    const world = await registry();
    const admin = await withAgents(world);
    for (let round = 0; round < 20; round += 1) {
      const name = (agentId: string, successor: string) =>
        admin.setAgentStatus({
          agentId,
          body: { status: "deprecated", reason: `round ${round}`, successor: { agentId: successor } },
        });
      const both = await Promise.all([name("greeter", "welcomer"), name("welcomer", "greeter")]);
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
      for (const agentId of ["greeter", "welcomer"]) {
        await unwrap(admin.setAgentStatus({ agentId, body: { status: "active", reason: "again" } }));
      }
    }
  });

  it("404 agent_not_found; 412 precondition_failed; 400 without a reason, or with a successor it cannot have", async () => {
    const world = await registry();
    const admin = await withAgents(world);
    expect(await admin.setAgentStatus({ agentId: "nobody", body: disable })).toBeProblem(404, "agent_not_found");
    const order = { agentId: "greeter", body: disable };
    expect(await admin.setAgentStatus(order, { ifMatch: '"9.x"' })).toBeProblem(412, "precondition_failed");
    for (const body of [
      { status: "disabled", reason: " " },
      { status: "disabled", reason: "x".repeat(501) },
      { ...disable, successor: { agentId: "welcomer" } },
    ] as const) {
      expect(await admin.setAgentStatus({ agentId: "greeter", body })).toBeProblem(400, "request_invalid");
    }
  });
});
