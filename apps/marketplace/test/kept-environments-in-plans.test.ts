import { canonicalForm } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent } from "./agents.ts";
import { type EnvironmentsWorld, environments, keep, templateId, withEnvironments } from "./environments.ts";
import type { MarketplaceClient } from "./marketplace.ts";

const named = { templateId, tenant: "acme" };
const locked = { templateId, version: "1.0.0", environment: "production" };

describe("plans where something is kept", () => {
  let given: EnvironmentsWorld;
  beforeEach(async () => {
    given = await withEnvironments();
  });

  const render = async (client: MarketplaceClient, environment: string, version?: string) => {
    const body = { environment, variables: { since: "v1" }, ...(version && { version }) };
    return await unwrap(client.renderTemplate({ ...named, body }));
  };
  const resolve = async (client: MarketplaceClient, environment: string, version?: string) =>
    await unwrap(client.resolveTemplate({ ...named, body: { environment, ...(version && { version }) } }));

  it("use the version that is kept, unless another is asked for, and say which one that was", async () => {
    const { alice, bob, publish } = given;
    await keep(alice, "production", { version: "1.0.0" });
    await publish("1.1.0");
    const versions = async (client: MarketplaceClient, version?: string) => [
      (await render(client, "production", version)).plan.template.version,
      (await resolve(client, "production", version)).version,
    ];
    expect(await versions(alice)).toEqual(["1.0.0", "1.0.0"]);
    expect(await versions(alice, "1.1.0")).toEqual(["1.1.0", "1.1.0"]);
    expect(await versions(bob)).toEqual(["1.1.0", "1.1.0"]);
  });

  it("use its values, channels and resources, and ask for its agents, the same bytes each time", async () => {
    const { alice } = given;
    await keep(alice, "eu", {
      extends: "staging",
      variables: { site: "https://eu.example", password: "secret://eu/mail" },
      agents: { collector: "1.0.0" },
      channels: { slack: true },
      resources: { queue: null },
    });
    const rendered = await render(alice, "eu");
    expect(rendered.plan).toMatchObject({
      environment: "eu",
      variables: { site: "https://eu.example", password: "secret://eu/mail", limits: { cpu: 1, memory: 2 } },
      channels: { slack: true },
      resources: {},
    });
    expect(rendered.plan.steps[0]?.agent.version).toBe("1.0.0");
    expect((await resolve(alice, "eu")).lock.agents["acme/collector"]?.requestedBy).toContainEqual({
      by: "environment eu",
      range: "1.0.0",
    });
    expect(canonicalForm(await render(alice, "eu"))).toBe(canonicalForm(rendered));
  });

  it("for others go on as if nothing were kept", async () => {
    const { alice, bob } = given;
    const before = await render(bob, "production");
    await keep(alice, "production", { variables: { site: "hush" }, agents: { collector: "1.1.0" } });
    await keep(alice, "own", {});
    expect(await render(bob, "production")).toEqual(before);
    const refused = await bob.renderTemplate({ ...named, body: { environment: "own", variables: { since: "v1" } } });
    expect(refused).toBeProblem(422, "environment_unknown");
  });

  it("use a public lock of another tenant only if it holds what is kept here", async () => {
    const { alice, bob, state } = given;
    await unwrap(alice.lockTemplateVersion({ ...locked, body: {} }));
    expect((await render(bob, "production")).lock?.from).toBe("stored");
    await keep(bob, "production", { variables: { site: "x" } });
    state.isDown = true;
    expect((await render(bob, "production")).lock?.from).toBe("stored");
    state.isDown = false;
    await keep(bob, "production", { agents: { collector: "^1.1.0" } });
    const { plan, lock } = await render(bob, "production");
    expect([plan.steps[0]?.agent.version, lock?.from]).toEqual(["1.1.0", "resolved"]);
  });

  it("lead to locks that nobody else can read, as they say what is kept", async () => {
    const { alice, bob, acme, world } = given;
    const asked = { ...locked, tenant: "acme" };
    const lock = async () => (await unwrap(alice.lockTemplateVersion({ ...locked, body: {} }))).outcome;
    expect(await lock()).toBe("created");
    await publishAgent(world, acme, "editor", "2.1.0", { visibility: "public" });
    expect(await bob.getTemplateVersionLock(asked)).toMatchObject({ status: 200 });
    await keep(alice, "base", { variables: { site: "hush" } });
    expect(await lock()).toBe("changed");
    expect(await bob.getTemplateVersionLock(asked)).toBeProblem(404, "lock_not_found");
    expect(await alice.getTemplateVersionLock(asked)).toMatchObject({ status: 200 });
    await unwrap(alice.deleteTemplateEnvironment({ ...named, name: "base" }));
    expect(await lock()).toBe("changed");
    expect(await bob.getTemplateVersionLock(asked)).toMatchObject({ status: 200 });
  });

  it("have no part in tests of a template: those are about what it declares", async () => {
    const { alice, publish } = given;
    const tests = [
      {
        name: "writes to the declared site",
        environment: "production",
        variables: { since: "v1" },
        plan: [{ path: "$.variables.site", equals: "https://example.org" }],
      },
    ];
    await publish("1.1.0", { environments, tests });
    await keep(alice, "production", { variables: { site: "https://own.example" } });
    const { report } = await unwrap(alice.testTemplateVersion({ templateId, version: "1.1.0" }));
    expect(report.failed).toBe(0);
  });
});
