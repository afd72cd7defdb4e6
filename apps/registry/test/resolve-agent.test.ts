import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry, type TestRegistry } from "./registry.ts";

const now = new Date("2026-11-22T09:30:00.000Z");

const withVersions = async (world: TestRegistry) => {
  const admin = world.as(await world.given.admin("acme"));
  for (const version of ["1.0.0", "1.9.0", "1.10.0", "2.0.0", "3.0.0-beta.1"]) {
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version }), visibility: "public" }));
  }
  const set = (version: string, status: "active" | "deprecated" | "archived", successor?: string) =>
    unwrap(
      admin.setVersionStatus({
        agentId: "greeter",
        version,
        body: { status, reason: "testing", ...(successor !== undefined && { successor }) },
      }),
    );
  const resolve = (wish: { range?: string; channel?: string; version?: string } = {}) =>
    admin.resolveAgent({ agentId: "greeter", ...wish });
  return { admin, set, resolve };
};

describe("resolveAgent", () => {
  it("200: the version with its digest and address, and what was asked for", async () => {
    const world = await registry();
    const { admin, resolve } = await withVersions(world);
    const { versions } = await unwrap(admin.listAgentVersions({ agentId: "greeter" }));
    const resolution = await unwrap(resolve({ range: "^1.2" }));
    expect(resolution).toEqual({
      tenant: "acme",
      agentId: "greeter",
      version: "1.10.0",
      digest: versions.find(({ version }) => version === "1.10.0")?.digest,
      status: "active",
      requested: { range: "^1.2" },
      url: "/api/agents/greeter/versions/1.10.0?tenant=acme",
    });
    const document = await world.fetch(`http://registry.test${resolution.url}`);
    expect(document.headers.get("etag")).toBe(`"${resolution.digest}"`);
  });

  it.each([
    ["nothing", {}, "2.0.0", { channel: "latest" }],
    ["latest", { channel: "latest" }, "2.0.0", { channel: "latest" }],
    ["an exact version", { version: "1.9.0" }, "1.9.0", { version: "1.9.0" }],
    ["any", { range: "*" }, "2.0.0", { range: "*" }],
    ["an old line", { range: "1" }, "1.10.0", { range: "1" }],
    ["a range that names a pre-release", { range: "^3.0.0-beta" }, "3.0.0-beta.1", { range: "^3.0.0-beta" }],
    ["alternatives", { range: "0.x || ~1.9.0" }, "1.9.0", { range: "0.x || ~1.9.0" }],
  ])("%s", async (_what, wish, version, requested) => {
    const world = await registry();
    const { resolve } = await withVersions(world);
    expect(await unwrap(resolve(wish))).toMatchObject({ version, requested });
  });

  it("a channel stands for the version it points at, at once after it was moved", async () => {
    const world = await registry();
    const { admin, resolve } = await withVersions(world);
    for (const version of ["1.0.0", "3.0.0-beta.1"]) {
      await unwrap(admin.setChannel({ agentId: "greeter", channel: "beta", body: { version } }));
      expect(await unwrap(resolve({ channel: "beta" }))).toMatchObject({ version, requested: { channel: "beta" } });
    }
  });

  it("archived versions and drafts are passed over, deprecated ones if an active one will do", async () => {
    const world = await registry({}, { now: () => now });
    const { admin, set, resolve } = await withVersions(world);
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "1.11.0" }), draft: "true" }));
    await set("1.10.0", "archived");
    expect(await unwrap(resolve({ range: "^1.0.0" }))).toMatchObject({ version: "1.9.0" });
    await set("1.9.0", "deprecated");
    expect(await unwrap(resolve({ range: "^1.0.0" }))).toMatchObject({ version: "1.0.0" });
    await set("1.0.0", "deprecated", "2.0.0");
    const answer = await resolve({ range: "^1.0.0" });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        version: "1.9.0",
        status: "deprecated",
        deprecation: { of: "version", since: now.toISOString(), reason: "testing" },
      },
    });
    expect(answer.headers.get("deprecation")).toBe("@1795339800");
    expect(answer.headers.has("link")).toBe(false);
    const replaced = await resolve({ range: "1.0.0" });
    expect(replaced.headers.get("link")).toBe(
      '</api/agents/greeter/versions/2.0.0?tenant=acme>; rel="successor-version"',
    );
    await set("1.10.0", "active");
    expect(await unwrap(resolve({ range: "^1.0.0" }))).toMatchObject({ version: "1.10.0", status: "active" });
  });

  it("an exact version resolves whatever its status, so that pinned runs stay possible", async () => {
    const world = await registry();
    const { admin, set, resolve } = await withVersions(world);
    await set("1.0.0", "archived");
    expect(await unwrap(resolve({ version: "1.0.0" }))).toMatchObject({ version: "1.0.0", status: "archived" });
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "4.0.0" }), draft: "true" }));
    expect(await unwrap(resolve({ version: "4.0.0" }))).toMatchObject({ version: "4.0.0", status: "draft" });
    const others = await world.anonymous.resolveAgent({ agentId: "greeter", tenant: "acme", version: "4.0.0" });
    expect(others).toBeProblem(404, "version_not_found");
  });

  it("a rollback moves what nothing in particular stands for, and leaves ranges alone", async () => {
    const world = await registry();
    const { admin, resolve } = await withVersions(world);
    await unwrap(admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.9.0", reason: "x" } }));
    expect(await unwrap(resolve())).toMatchObject({ version: "1.9.0" });
    expect(await unwrap(resolve({ range: ">=1" }))).toMatchObject({ version: "2.0.0" });
  });

  it("it is answered from the cache, by tenant and question, until something changes", async () => {
    const world = await registry();
    const { resolve, set } = await withVersions(world);
    const first = await resolve({ range: "^1.0.0" });
    const ifNoneMatch = first.headers.get("etag") ?? "";
    const { anonymous } = world;
    const again = await anonymous.resolveAgent({ agentId: "greeter", tenant: "acme", range: "^2" }, { ifNoneMatch });
    expect(again).toMatchObject({ status: 200, body: { version: "2.0.0" } });
    await set("1.10.0", "deprecated");
    expect(await unwrap(resolve({ range: "^1.0.0" }))).toMatchObject({ version: "1.9.0" });
  });

  it("404 range_unsatisfied: with what there is, and why the rest will not do", async () => {
    const world = await registry();
    const { set, resolve } = await withVersions(world);
    await set("1.9.0", "archived");
    const none = await resolve({ range: "~1.9.0 || ^3.0.0" });
    expect(none).toBeProblem(404, "range_unsatisfied");
    expect(!none.ok && none.problem).toMatchObject({
      available: ["3.0.0-beta.1", "2.0.0", "1.10.0", "1.0.0"],
      skipped: [{ version: "1.9.0", reason: "archived" }],
    });
  });

  it("404 agent_not_found, version_not_found, channel_not_found", async () => {
    const world = await registry();
    const { admin, resolve } = await withVersions(world);
    expect(await admin.resolveAgent({ agentId: "nobody" })).toBeProblem(404, "agent_not_found");
    expect(await world.anonymous.resolveAgent({ agentId: "greeter" })).toBeProblem(404, "agent_not_found");
    expect(await resolve({ version: "9.0.0" })).toBeProblem(404, "version_not_found");
    expect(await resolve({ channel: "beta" })).toBeProblem(404, "channel_not_found");
    const body = { status: "disabled", reason: "Leaks" } as const;
    await unwrap(admin.setAgentStatus({ agentId: "greeter", body }));
    const disabled = await resolve();
    expect(disabled).toBeProblem(404, "agent_not_found");
    expect(!disabled.ok && disabled.problem.detail).toBe("acme/greeter is disabled: Leaks");
    const missing = await world.anonymous.resolveAgent({ agentId: "nobody", tenant: "acme" });
    const hidden = await world.anonymous.resolveAgent({ agentId: "greeter", tenant: "acme" });
    expect(!hidden.ok && !missing.ok && hidden.problem.detail).toBe(!missing.ok && missing.problem.detail);
  });

  it("400: what is no range, too long a one, or two questions at once", async () => {
    const world = await registry();
    const { resolve } = await withVersions(world);
    const wrong = await resolve({ range: ">=latest" });
    expect(wrong).toBeProblem(400, "request_invalid");
    expect(!wrong.ok && wrong.problem.errors?.[0]).toMatchObject({ path: "$.query.range", code: "invalid_range" });
    expect(await resolve({ range: "1 ".repeat(129) })).toBeProblem(400, "request_invalid");
    expect(await resolve({ range: "1", channel: "beta" })).toBeProblem(400, "request_invalid");
    expect(await resolve({ version: "v1" })).toBeProblem(400, "request_invalid");
  });
});
