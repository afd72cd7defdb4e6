import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type EnvironmentsWorld, environments, keep, templateId, withEnvironments } from "./environments.ts";
import { prompt } from "./templates.ts";

const named = { templateId, tenant: "acme" };

describe("listTemplateEnvironments", () => {
  let given: EnvironmentsWorld;
  beforeEach(async () => {
    given = await withEnvironments();
  });

  const list = async (client = given.alice, version?: string) =>
    (await unwrap(client.listTemplateEnvironments({ ...named, ...(version && { version }) }))).environments;

  it("200: what is declared and what is kept, by name, with where each comes from and what runs there", async () => {
    const { alice, publish } = given;
    await keep(alice, "production", { version: "1.0.0", variables: { site: "x" }, description: "Ours" });
    await keep(alice, "eu", { extends: "staging" });
    await publish("1.1.0");
    const found = await list();
    expect(found.map(({ name, origin, version }) => [name, origin, version])).toEqual([
      ["base", "declared", "1.1.0"],
      ["eu", "kept", "1.1.0"],
      ["production", "both", "1.0.0"],
      ["staging", "declared", "1.1.0"],
    ]);
    expect(found[2]).toMatchObject({
      description: "Ours",
      extends: "base",
      kept: { version: "1.0.0", variables: { site: "x" }, description: "Ours" },
      resolved: {
        chain: ["base", "production"],
        variables: { site: "x", limits: { cpu: 4, memory: 2 } },
        agents: { collector: "<1.1" },
        channels: {},
        resources: { queue: "slow" },
      },
      updatedBy: expect.stringMatching(/^token:/),
    });
    expect(found[0]).toEqual({
      name: "base",
      origin: "declared",
      version: "1.1.0",
      resolved: { chain: ["base"], ...environments.base, agents: {}, channels: {} },
    });
  });

  it("200: each in the version that runs there, or all in the version that is asked for", async () => {
    const { alice, publish } = given;
    await keep(alice, "production", { version: "1.0.0" });
    await keep(alice, "eu", { extends: "staging" });
    await publish("2.0.0", { environments: { production: { resources: { queue: "new" } } } });
    const shapes = (found: Awaited<ReturnType<typeof list>>) =>
      found.map(({ name, origin, version, resolved, problem }) => [
        name,
        origin,
        version,
        resolved?.resources.queue ?? problem,
      ]);
    expect(shapes(await list())).toEqual([
      ["eu", "kept", "2.0.0", 'There is no environment "staging"'],
      ["production", "both", "1.0.0", "slow"],
    ]);
    expect(shapes(await list(alice, "2.0.0"))).toEqual([
      ["eu", "kept", "2.0.0", 'There is no environment "staging"'],
      ["production", "both", "1.0.0", "new"],
    ]);
    expect(shapes(await list(alice, "1.0.0")).map(([name]) => name)).toEqual(["base", "eu", "production", "staging"]);
  });

  it("200: another tenant and nobody in particular see nothing of what is kept", async () => {
    const { world, alice, bob } = given;
    const before = [await list(bob), await list(world.anonymous)];
    await keep(alice, "production", { version: "1.0.0", variables: { site: "hush" } });
    await keep(alice, "hush", {});
    await keep(bob, "quiet", {});
    expect(await list(world.anonymous)).toEqual(before[1]);
    expect((await list(bob)).filter(({ name }) => name !== "quiet")).toEqual(before[0]);
    expect(JSON.stringify(await list(bob))).not.toContain("hush");
    expect(JSON.stringify(await list(alice))).not.toContain("quiet");
    const colleague = world.as(await world.person("viewer", "acme"));
    expect(await list(colleague)).toEqual(await list(alice));
  });

  it("200: the builder's deployments of an own prompt, for its tenant only", async () => {
    const { alice, bob } = given;
    const content = { ...prompt().content, environments: { production: {} } } as ReturnType<typeof prompt>["content"];
    await unwrap(alice.publishTemplate({ body: prompt({ content }), visibility: "public" }));
    for (const [environment, enabled] of [
      ["production", true],
      ["staging", false],
    ] as const)
      await unwrap(alice.deployBuilderTemplate({ id: "coach", body: { environment, channel: "slack", enabled } }));
    const of = async (client: typeof bob) =>
      (await unwrap(client.listTemplateEnvironments({ templateId: "coach", tenant: "acme" }))).environments;
    expect(await of(alice)).toMatchObject([
      { name: "production", origin: "declared", deployments: [{ channel: "slack", enabled: true }] },
      { name: "staging", origin: "deployed", deployments: [{ channel: "slack", enabled: false }] },
    ]);
    expect((await of(alice))[1]).not.toHaveProperty("resolved");
    expect((await of(bob)).map(({ name, deployments }) => [name, deployments])).toEqual([["production", undefined]]);
  });

  it("404 template_not_found and version_not_found", async () => {
    const { alice, bob } = given;
    expect(await bob.listTemplateEnvironments({ templateId })).toBeProblem(404, "template_not_found");
    expect(await alice.listTemplateEnvironments({ templateId, version: "9.0.0" })).toBeProblem(
      404,
      "version_not_found",
    );
  });

  it("401: a token that is no good is refused, though none would do", async () => {
    const { world } = given;
    const stranger = world.as({ tenant: "acme", token: "nofx_nothing" });
    expect(await stranger.listTemplateEnvironments(named)).toBeProblem(401, "unauthenticated");
  });
});
