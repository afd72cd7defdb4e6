import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { breakable, planned, publishAgent, publishStep } from "./agents.ts";
import { marketplace } from "./marketplace.ts";

const address = { templateId: "release-notes", version: "1.0.0" };

describe("listOutdatedDependencies", () => {
  it("200: per entry what is locked, what the ranges admit now, the latest, and what is deprecated or gone", async () => {
    const { state, fetchRegistry } = breakable();
    const world = await marketplace({}, { fetchRegistry });
    const acme = await world.person("admin", "acme");
    const alice = world.as(acme);
    const registry = world.registryAs(acme);
    await publishAgent(world, acme, "collector", "1.0.0");
    await publishAgent(world, acme, "editor", "1.0.0");
    await publishAgent(world, acme, "linter", "1.0.0");
    await publishStep(alice, "helper", "1.0.0", { agents: { linter: "*" } });
    const dependencies = { agents: { collector: "^1.0.0" }, templates: { helper: "1.x" } };
    await unwrap(alice.publishTemplate({ body: planned({ dependencies }) }));
    const { lock } = await unwrap(alice.lockTemplateVersion({ ...address, body: {} }));
    for (const version of ["1.5.0", "2.0.0"]) await publishAgent(world, acme, "collector", version);
    await publishStep(alice, "helper", "1.0.1", { agents: { linter: "*" } });
    const reason = "old";
    await unwrap(registry.setAgentStatus({ agentId: "editor", body: { status: "deprecated", reason } }));
    await unwrap(registry.setAgentStatus({ agentId: "linter", body: { status: "disabled", reason } }));
    const answer = await unwrap(alice.listOutdatedDependencies(address));
    const agent = { kind: "agent", tenant: "acme", locked: "1.0.0", deprecated: false };
    expect(answer).toEqual({
      digest: lock.digest,
      lockedAt: lock.lockedAt,
      entries: [
        { ...agent, id: "collector", wanted: "1.5.0", latest: "2.0.0" },
        { ...agent, id: "editor", wanted: "1.0.0", latest: "1.0.0", deprecated: true },
        { ...agent, id: "linter" },
        { ...agent, kind: "template", id: "helper", wanted: "1.0.1", latest: "1.0.1" },
      ],
    });
    state.isDown = true;
    expect(await alice.listOutdatedDependencies(address)).toBeProblem(503, "dependency_unavailable");
  });

  it("404 template_not_found, version_not_found and lock_not_found; 401 for nobody in particular", async () => {
    const { anonymous, as, person } = await marketplace();
    const alice = as(await person("publisher", "acme"));
    expect(await alice.listOutdatedDependencies(address)).toBeProblem(404, "template_not_found");
    await unwrap(alice.publishTemplate({ body: planned() }));
    const missing = { ...address, version: "9.0.0" };
    expect(await alice.listOutdatedDependencies(missing)).toBeProblem(404, "version_not_found");
    expect(await alice.listOutdatedDependencies(address)).toBeProblem(404, "lock_not_found");
    expect(await anonymous.listOutdatedDependencies(address)).toBeProblem(401, "unauthenticated");
  });
});
