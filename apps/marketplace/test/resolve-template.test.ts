import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { breakable, planned, publishAgent, publishStep, storedRows, tooManyAgents } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";

const templateId = "release-notes";
const reason = "testing";

describe("resolveTemplate", () => {
  const { state, fetchRegistry } = breakable();
  let world: TestMarketplace;
  let acme: Person;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    state.isDown = false;
    world = await marketplace({}, { fetchRegistry });
    acme = await world.person("admin", "acme");
    alice = world.as(acme);
    for (const version of ["1.0.0", "1.1.0", "2.0.0"]) await publishAgent(world, acme, "collector", version);
    await publishAgent(world, acme, "editor", "1.0.0", { agents: { linter: "^1.0.0" } });
    await publishAgent(world, acme, "linter", "1.3.0");
  });

  const publish = async (content: object, version = "1.0.0") =>
    await unwrap(alice.publishTemplate({ body: planned(content, { version }), visibility: "public" }));
  const chosen = (lock: { agents: Record<string, { version: string }> }) =>
    Object.fromEntries(Object.entries(lock.agents).map(([name, { version }]) => [name, version]));
  const resolve = async (body: Parameters<MarketplaceClient["resolveTemplate"]>[0]["body"] = {}) =>
    await unwrap(alice.resolveTemplate({ templateId, body }));

  it("200: any version for agents of steps without a range, and what these depend on, each with who wants it", async () => {
    await publish({ dependencies: { agents: { collector: "^1.0.0" } } });
    const before = await storedRows(world);
    const { lock, digest, warnings } = await resolve();
    expect(chosen(lock)).toEqual({ "acme/collector": "1.1.0", "acme/editor": "1.0.0", "acme/linter": "1.3.0" });
    const by = "template acme/release-notes 1.0.0";
    expect(lock.agents["acme/collector"]?.requestedBy).toEqual([{ by, range: "^1.0.0" }]);
    expect(lock.agents["acme/editor"]?.requestedBy).toEqual([{ by, range: "*" }]);
    expect(lock.agents["acme/linter"]?.requestedBy).toEqual([{ by: "agent acme/editor 1.0.0", range: "^1.0.0" }]);
    expect(warnings).toEqual([]);
    expect(await resolve()).toEqual({ version: "1.0.0", lock, digest, warnings });
    expect(await storedRows(world)).toBe(before);
  });

  it("200: the lowest versions, of the version that is asked for", async () => {
    await publish({});
    await publish({ dependencies: { agents: { collector: "^2.0.0" } } }, "2.0.0");
    expect(chosen((await resolve({ version: "1.0.0", strategy: "lowest" })).lock)["acme/collector"]).toBe("1.0.0");
    expect(chosen((await resolve({ strategy: "lowest" })).lock)["acme/collector"]).toBe("2.0.0");
  });

  it("200: an environment's ranges count along with those of the template, and are told as its own", async () => {
    const environments = { base: { agents: { collector: "<2" } }, production: { extends: "base" } };
    await publish({ environments });
    const { lock } = await resolve({ environment: "production" });
    expect(lock.agents["acme/collector"]).toMatchObject({
      version: "1.1.0",
      requestedBy: [{ by: "environment production", range: "<2" }, { range: "*" }],
    });
    expect(chosen((await resolve()).lock)["acme/collector"]).toBe("2.0.0");
  });

  it("200: templates that the caller may read, with the agents of their steps, inline or in a file", async () => {
    const bob = world.as(await world.person("publisher", "globex"));
    await unwrap(alice.publishTemplate({ body: planned({}, { templateId: "in-a-file" }), visibility: "public" }));
    await publishStep(bob, "helper", "1.0.0", { agents: { "acme/linter": "*", collector: "<0" } }, "public");
    await publishStep(bob, "helper", "1.1.0", { agents: { collector: "<0" } });
    await publishStep(bob, "secret", "1.0.0");
    await publish({ dependencies: { templates: { "in-a-file": "*", "globex/helper": "*" } } });
    const refused = await alice.resolveTemplate({ templateId, body: {} });
    expect(refused).toBeProblem(422, "dependencies_unsatisfiable");
    await publish({ dependencies: { templates: { "in-a-file": "*" } } }, "2.0.0");
    const { lock } = await resolve();
    expect(Object.keys(lock.templates)).toEqual(["acme/in-a-file"]);
    expect(lock.agents["acme/editor"]?.requestedBy.map(({ by }) => by)).toContain("template acme/in-a-file 1.0.0");
    await publish({ dependencies: { templates: { "globex/secret": "*" } } }, "3.0.0");
    expect(await alice.resolveTemplate({ templateId, body: {} })).toMatchObject({
      problem: { conflict: { code: "absent", resource: { kind: "template", tenant: "globex", id: "secret" } } },
    });
  });

  it("200: deprecated versions only where no other fits, and with a warning; so for a deprecated agent", async () => {
    const registry = world.registryAs(acme);
    const deprecate = { status: "deprecated" as const, reason };
    await unwrap(registry.setVersionStatus({ agentId: "collector", version: "1.1.0", body: deprecate }));
    await unwrap(registry.setAgentStatus({ agentId: "linter", body: deprecate }));
    await publish({ dependencies: { agents: { collector: "^1.0.0" } } });
    const first = await resolve();
    expect(chosen(first.lock)["acme/collector"]).toBe("1.0.0");
    expect(first.warnings.map(({ path }) => path)).toEqual(['$.lock.agents["acme/linter"]']);
    await publish({ dependencies: { agents: { collector: "~1.1.0" } } }, "2.0.0");
    const { lock, warnings } = await resolve();
    expect(chosen(lock)["acme/collector"]).toBe("1.1.0");
    expect(warnings[0]).toMatchObject({
      code: "deprecated",
      message: "agent acme/collector 1.1.0 is deprecated",
    });
  });

  it("another tenant's private agents are absent, whoever's template names them", async () => {
    await publish({});
    const bob = world.as(await world.person("viewer", "globex"));
    const refused = await bob.resolveTemplate({ templateId, tenant: "acme", body: {} });
    expect(refused).toBeProblem(422, "dependencies_unsatisfiable");
    expect(refused).toMatchObject({ problem: { conflict: { code: "absent", available: [] } } });
    expect(JSON.stringify(refused)).not.toContain("linter");
  });

  it("422 dependencies_unsatisfiable: who wants what, and what there is", async () => {
    const agents = { collector: "^1.0.0" };
    await publish({ dependencies: { agents }, environments: { next: { agents: { collector: "^2.0.0" } } } });
    const refused = await alice.resolveTemplate({ templateId, body: { environment: "next" } });
    expect(refused).toBeProblem(422, "dependencies_unsatisfiable");
    expect(refused).toMatchObject({
      problem: {
        conflict: {
          code: "unfit",
          resource: { kind: "agent", tenant: "acme", id: "collector" },
          wanted: expect.arrayContaining([
            expect.objectContaining({ by: "environment next", range: "^2.0.0" }),
            expect.objectContaining({ by: "template acme/release-notes 1.0.0", range: "^1.0.0" }),
          ]),
          available: ["2.0.0", "1.1.0", "1.0.0"],
        },
      },
    });
  });

  it("422 dependencies_too_complex: a graph of more resources than are looked at", async () => {
    const agents = await tooManyAgents(world, acme);
    await publish({
      dependencies: { agents },
    });
    expect(await alice.resolveTemplate({ templateId, body: {} })).toBeProblem(422, "dependencies_too_complex");
  });

  it("422 environment_unknown, with the one that is meant", async () => {
    await publish({ environments: { production: {} } });
    const refused = await alice.resolveTemplate({ templateId, body: { environment: "prodution" } });
    expect(refused).toBeProblem(422, "environment_unknown");
    expect(refused).toMatchObject({ problem: { detail: expect.stringContaining("production is meant, perhaps.") } });
    expect(await alice.resolveTemplate({ templateId, body: { environment: "zzz" } })).toBeProblem(
      422,
      "environment_unknown",
    );
  });

  it("404 template_not_found and version_not_found", async () => {
    expect(await alice.resolveTemplate({ templateId, body: {} })).toBeProblem(404, "template_not_found");
    await publish({});
    const body = { version: "9.0.0" };
    expect(await alice.resolveTemplate({ templateId, body })).toBeProblem(404, "version_not_found");
  });

  it("401 unauthenticated: computing is for those who say who they are", async () => {
    await publish({});
    const refused = await world.anonymous.resolveTemplate({ templateId, tenant: "acme", body: {} });
    expect(refused).toBeProblem(401, "unauthenticated");
  });

  it("503 dependency_unavailable while the registry is down, which shows in metrics and health; then it works", async () => {
    await publish({});
    state.isDown = true;
    for (let call = 0; call < 5; call += 1) {
      const refused = await alice.resolveTemplate({ templateId, body: {} });
      expect(refused).toBeProblem(503, "dependency_unavailable");
      expect(refused.headers.get("retry-after")).toBe("5");
      if (call > 0) continue;
      state.isDown = false;
      expect(await alice.resolveTemplate({ templateId, body: {} })).toMatchObject({ status: 200 });
      state.isDown = true;
    }
    expect(await world.metrics()).toMatch(/nofx_registry_circuit_open\{[^}]*\} 0/);
    expect(await alice.resolveTemplate({ templateId, body: {} })).toBeProblem(503, "dependency_unavailable");
    expect(await world.metrics()).toMatch(/nofx_registry_circuit_open\{[^}]*\} 1/);
    const ready = await world.fetch("http://marketplace.test/health/ready");
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { status: "ok", checks: { registry: { status: "ok", circuit: "open" } } },
    ]);
  });
});
