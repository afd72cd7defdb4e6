import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry, type TestRegistry } from "./registry.ts";

const now = new Date("2026-11-22T09:30:00.000Z");

const withVersions = async (world: TestRegistry) => {
  const admin = world.as(await world.given.admin("acme"));
  for (const version of ["1.0.0", "2.0.0", "3.0.0-beta.1"]) {
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version }), visibility: "public" }));
  }
  const set = (channel: string, version: string) =>
    admin.setChannel({ agentId: "greeter", channel, body: { version } });
  return { admin, set };
};

describe("setChannel", () => {
  it("200: makes a channel, moves it, and the agent shows it beside latest", async () => {
    const world = await registry({}, { now: () => now });
    const { set } = await withVersions(world);
    const updatedAt = now.toISOString();
    expect(await set("beta", "2.0.0")).toMatchObject({
      status: 200,
      body: { channel: { channel: "beta", version: "2.0.0", updatedAt } },
    });
    await unwrap(set("beta", "3.0.0-beta.1"));
    await unwrap(set("a", "1.0.0"));
    const { agent } = await unwrap(world.anonymous.getAgent({ agentId: "greeter", tenant: "acme" }));
    expect(agent.channels).toEqual([
      { channel: "latest", version: "2.0.0", updatedAt },
      { channel: "a", version: "1.0.0", updatedAt },
      { channel: "beta", version: "3.0.0-beta.1", updatedAt },
    ]);
  });

  it("latest follows the current version, and tells since when", async () => {
    let time = now.getTime();
    const world = await registry({}, { now: () => new Date(time) });
    const { admin, set } = await withVersions(world);
    time += 60_000;
    await unwrap(set("beta", "1.0.0"));
    const latest = async () => (await unwrap(admin.getAgent({ agentId: "greeter" }))).agent.channels[0];
    expect(await latest()).toEqual({ channel: "latest", version: "2.0.0", updatedAt: now.toISOString() });
    await unwrap(admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason: "x" } }));
    expect(await latest()).toEqual({ channel: "latest", version: "1.0.0", updatedAt: new Date(time).toISOString() });
  });

  it("it is audited and in the feed with from and to; the same again is no change", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    await unwrap(set("beta", "1.0.0"));
    const moved = await set("beta", "2.0.0");
    const again = await set("beta", "2.0.0");
    expect([moved.headers.has("nofx-change"), again.headers.has("nofx-change")]).toEqual([true, false]);
    const { entries } = await unwrap(admin.listAgentAudit({ agentId: "greeter", action: "agent.channel_set" }));
    expect(entries.map(({ version, details }) => [version, details.channel, details.from, details.to])).toEqual([
      ["2.0.0", "beta", "1.0.0", "2.0.0"],
      ["1.0.0", "beta", undefined, "1.0.0"],
    ]);
    await expect
      .poll(async () => (await unwrap(world.anonymous.listChanges({ limit: 1000 }))).changes.at(-1))
      .toMatchObject({ type: "agent.channel_set", version: "2.0.0", data: { channel: "beta" } });
  });

  it("409 channel_target_refused: a draft, an archived version", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "4.0.0" }), draft: "true" }));
    const body = { status: "archived", reason: "x" } as const;
    await unwrap(admin.setVersionStatus({ agentId: "greeter", version: "1.0.0", body }));
    for (const version of ["4.0.0", "1.0.0"]) {
      expect(await set("beta", version)).toBeProblem(409, "channel_target_refused");
    }
  });

  it("409 channel_limit_reached: more than 50", async () => {
    const world = await registry();
    const { set } = await withVersions(world);
    for (let count = 0; count < 50; count += 1) await unwrap(set(`c-${count}`, "1.0.0"));
    expect(await set("beta", "1.0.0")).toBeProblem(409, "channel_limit_reached");
  });

  it("an archiving and a channel that race for one version never both succeed", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    const status = (to: "archived" | "active") =>
      admin.setVersionStatus({ agentId: "greeter", version: "1.0.0", body: { status: to, reason: "race" } });
    for (let round = 0; round < 20; round += 1) {
      const [archived, pointed] = await Promise.all([status("archived"), set("beta", "1.0.0")]);
      expect([archived.ok, pointed.ok].filter(Boolean)).toHaveLength(1);
      if (archived.ok) await unwrap(status("active"));
      else await unwrap(admin.deleteChannel({ agentId: "greeter", channel: "beta" }));
    }
  });

  it("404 agent_not_found, version_not_found; 412 precondition_failed; 400 for names that cannot be", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    const body = { version: "1.0.0" };
    const elsewhere = await admin.setChannel({ agentId: "nobody", channel: "beta", body });
    expect(elsewhere).toBeProblem(404, "agent_not_found");
    expect(await set("beta", "9.0.0")).toBeProblem(404, "version_not_found");
    const order = { agentId: "greeter", channel: "beta", body };
    expect(await admin.setChannel(order, { ifMatch: '"0.x"' })).toBeProblem(412, "precondition_failed");
    for (const channel of ["latest", "x", "v1", "Beta", "1.0.0"]) {
      expect(await set(channel, "1.0.0")).toBeProblem(400, "request_invalid");
    }
  });
});
