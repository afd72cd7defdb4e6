import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry, type TestRegistry } from "./registry.ts";

const reason = "2.0.0 greets the wrong people";

const withTwoVersions = async ({ as, given }: TestRegistry) => {
  const admin = as(await given.admin("acme"));
  await unwrap(admin.publishAgent({ body: given.manifest() }));
  const second = given.manifest({
    version: "2.0.0",
    name: "Greeter Two",
    description: "Greets better.",
    capabilities: [{ id: "wave", label: "Wave" }],
    tags: ["new"],
    metadata: { owner: "team-b" },
    manifest: { entryPrompt: "prompts/system.md", capabilities: ["wave"] },
  });
  await unwrap(admin.publishAgent({ body: second }));
  return admin;
};

const derived = (agent: object) => {
  const { name, description, capabilities, tags, metadata, currentVersion } = agent as Record<string, unknown>;
  return { name, description, capabilities, tags, metadata, currentVersion };
};

describe("rollbackAgent", () => {
  it("200: every field that follows from the version goes back, and forth again", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    const after = derived((await unwrap(admin.getAgent({ agentId: "greeter" }))).agent);
    const back = await admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason } });
    expect(back).toMatchObject({ status: 200, body: { from: "2.0.0", to: "1.0.0" } });
    expect(back.headers.get("nofx-change")).toMatch(/^[0-9a-f-]{36}$/);
    const { manifest: _manifest, files: _files, agentId: _id, version, ...fields } = world.given.manifest();
    expect(derived((await unwrap(admin.getAgent({ agentId: "greeter" }))).agent)).toEqual({
      ...fields,
      currentVersion: version,
    });
    expect(await unwrap(admin.listAgents({ capability: "wave" }))).toMatchObject({ agents: [] });
    await unwrap(
      admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "2.0.0", reason: "was right after all" } }),
    );
    expect(derived((await unwrap(admin.getAgent({ agentId: "greeter" }))).agent)).toEqual(after);
  });

  it("after a rollback, a higher version than the current one takes over", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    await unwrap(admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason } }));
    const { agent } = await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "1.0.1" }) }));
    expect(agent.currentVersion).toBe("1.0.1");
  });

  it("it is audited with its reason, and in the feed", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    const { headers } = await admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason } });
    const { entries } = await unwrap(admin.listAgentAudit({ agentId: "greeter" }));
    const changeId = headers.get("nofx-change");
    expect(entries[0]).toMatchObject({
      action: "agent.rolled_back",
      version: "1.0.0",
      reason,
      changeId,
      details: { from: "2.0.0" },
    });
  });

  it("dryRun: tells what would change and whom it concerns, and writes nothing", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    const user = (agentId: string, range: string) =>
      world.given.manifest({
        agentId,
        manifest: { entryPrompt: "prompts/system.md", dependencies: { agents: { greeter: range } } },
      });
    await unwrap(admin.publishAgent({ body: user("content", ">=1.0.0") }));
    await unwrap(admin.publishAgent({ body: user("picky", "^2.0.0") }));
    await unwrap(admin.setChannel({ agentId: "greeter", channel: "beta", body: { version: "2.0.0" } }));
    const before = (await admin.getAgent({ agentId: "greeter" })).headers.get("etag");
    const order = { agentId: "greeter", body: { targetVersion: "1.0.0", reason } };
    const preview = await admin.rollbackAgent({ ...order, dryRun: "true" });
    expect(preview.headers.has("nofx-change")).toBe(false);
    expect((await admin.getAgent({ agentId: "greeter" })).headers.get("etag")).toBe(before);
    expect((await unwrap(admin.listAgentAudit({ agentId: "greeter", action: "agent.rolled_back" }))).entries).toEqual(
      [],
    );
    if (!preview.ok) throw new Error(preview.problem.title);
    const { dryRun, impact, agent, from, to } = preview.body;
    expect({ dryRun, from, to, current: agent.currentVersion }).toEqual({
      dryRun: true,
      from: "2.0.0",
      to: "1.0.0",
      current: "1.0.0",
    });
    expect(impact.fields.map(({ path }) => path)).toEqual([
      "$.currentVersion",
      "$.name",
      "$.description",
      "$.capabilities[?@.id=='wave']",
      "$.capabilities[?@.id=='greet']",
      "$.tags[?@=='new']",
      "$.tags[?@=='demo']",
      "$.tags[?@=='text']",
      "$.metadata.owner",
      "$.metadata.source",
    ]);
    expect(impact.versionsAbove).toEqual([{ version: "2.0.0", status: "active" }]);
    expect(impact.channels).toMatchObject([{ channel: "beta", version: "2.0.0" }]);
    expect(impact.dependents.map(({ agentId, satisfied }) => [agentId, satisfied])).toEqual([
      ["content", true],
      ["picky", false],
    ]);
    const real = await unwrap(admin.rollbackAgent(order));
    expect(real).toMatchObject({ dryRun: false, impact });
  });

  it("dryRun refuses what the rollback would refuse", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    const order = (targetVersion: string) =>
      ({ agentId: "greeter", dryRun: "true", body: { targetVersion, reason } }) as const;
    expect(await admin.rollbackAgent(order("2.0.0"))).toBeProblem(409, "rollback_refused");
    expect(await admin.rollbackAgent(order("9.0.0"))).toBeProblem(404, "version_not_found");
    const stale = await admin.rollbackAgent(order("1.0.0"), { ifMatch: '"1.x"' });
    expect(stale).toBeProblem(412, "precondition_failed");
  });

  it("its history is the audit log of that action, with from and to", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    for (const targetVersion of ["1.0.0", "2.0.0"]) {
      await unwrap(admin.rollbackAgent({ agentId: "greeter", body: { targetVersion, reason: `to ${targetVersion}` } }));
    }
    const { entries } = await unwrap(admin.listAgentAudit({ agentId: "greeter", action: "agent.rolled_back" }));
    expect(entries.map((entry) => [entry.reason, entry.details.from, entry.details.to])).toEqual([
      ["to 2.0.0", "1.0.0", "2.0.0"],
      ["to 1.0.0", "2.0.0", "1.0.0"],
    ]);
  });

  it("a disabled agent stays disabled, and keeps the reason", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    await unwrap(admin.setAgentStatus({ agentId: "greeter", body: { status: "disabled", reason: "broken" } }));
    const { agent } = await unwrap(
      admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason } }),
    );
    expect(agent).toMatchObject({ status: "disabled", statusReason: "broken", currentVersion: "1.0.0" });
  });

  it("412 precondition_failed: If-Match with an ETag of before", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    const order = { agentId: "greeter", body: { targetVersion: "1.0.0", reason } };
    const stale = (await admin.getAgent({ agentId: "greeter" })).headers.get("etag") ?? "";
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "3.0.0" }) }));
    expect(await admin.rollbackAgent(order, { ifMatch: stale })).toBeProblem(412, "precondition_failed");
    expect(await admin.rollbackAgent(order, { ifMatch: '"1"' })).toBeProblem(412, "precondition_failed");
    const fresh = (await admin.getAgent({ agentId: "greeter" })).headers.get("etag") ?? "";
    expect(await admin.rollbackAgent(order, { ifMatch: fresh })).toMatchObject({ status: 200 });
  });

  it("409 rollback_refused: the current version, an archived one, a draft", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    const to = (targetVersion: string) => admin.rollbackAgent({ agentId: "greeter", body: { targetVersion, reason } });
    expect(await to("2.0.0")).toBeProblem(409, "rollback_refused");
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "3.0.0" }), draft: "true" }));
    expect(await to("3.0.0")).toBeProblem(409, "rollback_refused");
    const archive = { agentId: "greeter", version: "1.0.0", body: { status: "archived", reason } } as const;
    await unwrap(admin.setVersionStatus(archive));
    expect(await to("1.0.0")).toBeProblem(409, "rollback_refused");
  });

  it("404 agent_not_found, version_not_found; 400 without a reason", async () => {
    const world = await registry();
    const admin = await withTwoVersions(world);
    const body = { targetVersion: "3.0.0", reason };
    expect(await admin.rollbackAgent({ agentId: "nobody", body })).toBeProblem(404, "agent_not_found");
    expect(await admin.rollbackAgent({ agentId: "greeter", body })).toBeProblem(404, "version_not_found");
    const noReason = await admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason: " " } });
    expect(noReason).toBeProblem(400, "request_invalid");
  });
});
