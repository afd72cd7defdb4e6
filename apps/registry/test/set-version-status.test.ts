import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry, type TestRegistry } from "./registry.ts";

const now = new Date("2026-11-22T09:30:00.000Z");
const reason = "Misgreets people";

const withVersions = async (world: TestRegistry, versions: readonly string[] = ["1.0.0", "1.1.0", "2.0.0"]) => {
  const admin = world.as(await world.given.admin("acme"));
  for (const version of versions) {
    const body = world.given.manifest({ version, description: `Greeter ${version}` });
    await unwrap(admin.publishAgent({ body, visibility: "public" }));
  }
  const set = (
    version: string,
    status: "active" | "deprecated" | "archived",
    more: { successor?: string; reason?: string } = {},
  ) => admin.setVersionStatus({ agentId: "greeter", version, body: { status, reason, ...more } });
  return { admin, set };
};

describe("setVersionStatus", () => {
  it("200: a deprecated version says since when, why and what to use instead, also in its headers", async () => {
    const world = await registry({}, { now: () => now });
    const { admin, set } = await withVersions(world);
    const shown = { status: "deprecated", statusReason: reason, deprecatedAt: now.toISOString(), successor: "1.1.0" };
    const answer = await set("1.0.0", "deprecated", { successor: "1.1.0" });
    expect(answer).toMatchObject({
      status: 200,
      body: { outcome: "changed", version: { version: "1.0.0", ...shown } },
    });
    const { versions } = await unwrap(admin.listAgentVersions({ agentId: "greeter" }));
    expect(versions.find(({ version }) => version === "1.0.0")).toMatchObject(shown);
    const { headers } = await admin.getAgentVersion({ agentId: "greeter", version: "1.0.0" });
    expect(headers.get("deprecation")).toBe("@1795339800");
    expect(headers.get("link")).toBe('</api/agents/greeter/versions/1.1.0?tenant=acme>; rel="successor-version"');
    expect(headers.get("cache-control")).toBe("private, no-cache");
    const other = await admin.getAgentVersion({ agentId: "greeter", version: "1.1.0" });
    expect(other.headers.has("deprecation")).toBe(false);
  });

  it("an archived version keeps its bytes, and comes back", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    await unwrap(set("1.0.0", "archived"));
    expect((await admin.getAgentVersion({ agentId: "greeter", version: "1.0.0" })).status).toBe(200);
    expect(await unwrap(set("1.0.0", "active"))).toMatchObject({
      outcome: "changed",
      version: { status: "active" },
      agent: { currentVersion: "2.0.0" },
    });
  });

  it("releasing a draft moves the current version with all that follows from it, as a publish would", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    const draft = world.given.manifest({ version: "3.0.0", name: "Greeter Three", tags: ["new"] });
    await unwrap(admin.publishAgent({ body: draft, draft: "true" }));
    const released = await unwrap(set("3.0.0", "active"));
    expect(released).toMatchObject({
      agent: { currentVersion: "3.0.0", name: "Greeter Three", tags: ["new"] },
      version: { status: "active" },
    });
    const fix = world.given.manifest({ version: "1.0.1" });
    await unwrap(admin.publishAgent({ body: fix, draft: "true" }));
    expect((await unwrap(set("1.0.1", "active"))).agent.currentVersion).toBe("3.0.0");
  });

  it("it is audited and in the feed; the same again is no change", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    const { headers } = await set("1.0.0", "deprecated", { successor: "2.0.0" });
    expect((await unwrap(set("1.0.0", "deprecated", { successor: "2.0.0" }))).outcome).toBe("unchanged");
    const action = "agent.version_status_changed";
    const { entries } = await unwrap(admin.listAgentAudit({ agentId: "greeter", action }));
    expect(entries).toMatchObject([
      {
        version: "1.0.0",
        reason,
        changeId: headers.get("nofx-change"),
        details: { from: "active", to: "deprecated", successor: "2.0.0" },
      },
    ]);
    await expect
      .poll(async () => (await unwrap(world.anonymous.listChanges({ limit: 1000 }))).changes.at(-1))
      .toMatchObject({ type: action, version: "1.0.0", data: { to: "deprecated" } });
  });

  it("dryRun tells what would change and whom it concerns, and writes nothing", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    await unwrap(admin.setChannel({ agentId: "greeter", channel: "old", body: { version: "1.0.0" } }));
    await unwrap(
      admin.publishAgent({
        body: world.given.manifest({
          agentId: "train",
          manifest: { entryPrompt: "prompts/system.md", dependencies: { agents: { greeter: "^1.0.0" } } },
        }),
      }),
    );
    const before = await admin.getAgent({ agentId: "greeter" });
    const body = { status: "deprecated", reason } as const;
    const preview = await admin.setVersionStatus({ agentId: "greeter", version: "1.0.0", dryRun: "true", body });
    expect(preview).toMatchObject({
      status: 200,
      body: { outcome: "changed", dryRun: true, version: { version: "1.0.0", status: "deprecated" } },
    });
    expect(preview.headers.has("nofx-change")).toBe(false);
    const { impact } = preview.ok ? preview.body : expect.fail("refused");
    expect(impact).toMatchObject({
      fields: [
        { path: "$.versions[?@.version=='1.0.0'].status", before: "active", after: "deprecated" },
        { path: "$.versions[?@.version=='1.0.0'].statusReason", after: reason },
      ],
      channels: [{ channel: "old", version: "1.0.0" }],
      dependents: [{ agentId: "train", range: "^1.0.0", satisfied: false }],
      templates: { status: "not_configured", dependents: [], truncated: false },
    });
    expect((await admin.getAgent({ agentId: "greeter" })).headers.get("etag")).toBe(before.headers.get("etag"));
    expect(await unwrap(set("1.0.0", "deprecated"))).toMatchObject({ dryRun: false, outcome: "changed", impact });
  });

  it("dryRun of a release tells what follows from the new current version, and releases nothing", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    const draft = world.given.manifest({ version: "3.0.0", name: "Greeter Three" });
    await unwrap(admin.publishAgent({ body: draft, draft: "true" }));
    const body = { status: "active", reason } as const;
    const order = { agentId: "greeter", version: "3.0.0", dryRun: "true", body } as const;
    const { agent, impact } = await unwrap(admin.setVersionStatus(order));
    expect(agent.currentVersion).toBe("3.0.0");
    expect(impact.fields.map(({ path }) => path)).toEqual(expect.arrayContaining(["$.currentVersion", "$.name"]));
    expect(impact.fields.at(-1)?.path).toContain("$.versions[?@.version=='3.0.0'].status");
    expect((await unwrap(admin.getAgent({ agentId: "greeter" }))).agent.currentVersion).toBe("2.0.0");
    expect(await unwrap(set("3.0.0", "active"))).toMatchObject({ agent: { currentVersion: "3.0.0" } });
  });

  it("409 status_transition_refused: what the diagram does not have", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "3.0.0" }), draft: "true" }));
    expect(await set("3.0.0", "archived")).toBeProblem(409, "status_transition_refused");
    expect(await set("3.0.0", "deprecated")).toBeProblem(409, "status_transition_refused");
    await unwrap(set("1.0.0", "archived"));
    expect(await set("1.0.0", "deprecated")).toBeProblem(409, "status_transition_refused");
  });

  it("409 version_in_use: the current version, a channel's, a successor", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    expect(await set("2.0.0", "archived")).toBeProblem(409, "version_in_use");
    await unwrap(admin.setChannel({ agentId: "greeter", channel: "old", body: { version: "1.1.0" } }));
    const held = await set("1.1.0", "archived");
    expect(held).toBeProblem(409, "version_in_use");
    expect(!held.ok && held.problem.detail).toContain("channels point at it: old");
    await unwrap(admin.deleteChannel({ agentId: "greeter", channel: "old" }));
    await unwrap(set("1.0.0", "deprecated", { successor: "1.1.0" }));
    expect(await set("1.1.0", "archived")).toBeProblem(409, "version_in_use");
    await unwrap(set("1.0.0", "archived"));
    await unwrap(set("1.1.0", "archived"));
  });

  it("422 successor_refused: itself, unknown, archived, or in a circle", async () => {
    const world = await registry();
    const { set } = await withVersions(world, ["1.0.0", "1.1.0", "1.2.0", "2.0.0"]);
    await unwrap(set("1.2.0", "archived"));
    for (const successor of ["1.0.0", "9.0.0", "1.2.0"]) {
      expect(await set("1.0.0", "deprecated", { successor })).toBeProblem(422, "successor_refused");
    }
    await unwrap(set("1.0.0", "deprecated", { successor: "1.1.0" }));
    await unwrap(set("1.1.0", "deprecated", { successor: "2.0.0" }));
    expect(await set("2.0.0", "deprecated", { successor: "1.0.0" })).toBeProblem(422, "successor_refused");
  });

  it("404 agent_not_found, version_not_found; 412 precondition_failed; 400 for a status that cannot be set", async () => {
    const world = await registry();
    const { admin, set } = await withVersions(world);
    const body = { status: "archived", reason } as const;
    const order = { agentId: "greeter", version: "1.0.0", body };
    expect(await admin.setVersionStatus({ ...order, agentId: "nobody" })).toBeProblem(404, "agent_not_found");
    expect(await set("1.0.0+build", "archived")).toBeProblem(404, "version_not_found");
    const stale = (await admin.getAgent({ agentId: "greeter" })).headers.get("etag") ?? "";
    await unwrap(set("1.1.0", "deprecated"));
    expect(await admin.setVersionStatus(order, { ifMatch: stale })).toBeProblem(412, "precondition_failed");
    for (const wrong of [
      { ...body, status: "draft" as never },
      { ...body, successor: "2.0.0" },
    ]) {
      expect(await admin.setVersionStatus({ ...order, body: wrong })).toBeProblem(400, "request_invalid");
    }
  });
});
