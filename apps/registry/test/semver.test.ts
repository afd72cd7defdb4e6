import { unwrap } from "@nofx/client";
import type { SemverPolicy } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

type Manifest = Parameters<RegistryClient["publishAgent"]>[0]["body"];
type Overrides = Parameters<TestRegistry["given"]["manifest"]>[0];

/** An administrator with an agent of these versions, all of them with the same content. */
const withVersions = async (world: TestRegistry, ...versions: string[]) => {
  const admin = world.as(await world.given.admin("acme"));
  for (const version of versions) await unwrap(admin.publishAgent({ body: world.given.manifest({ version }) }));
  return admin;
};

const withPolicy = async (admin: RegistryClient, semverPolicy: SemverPolicy) =>
  await unwrap(admin.updateSettings({ body: { semverPolicy } }));

const definition = { entryPrompt: "prompts/system.md", model: "claude-sonnet-4-5", capabilities: ["greet"] };
const withoutCapability = { capabilities: [], manifest: { ...definition, capabilities: [] } };
const withMoreCapabilities: Overrides = {
  capabilities: [
    { id: "greet", label: "Greet somebody" },
    { id: "wave", label: "Wave" },
  ],
  manifest: { ...definition, capabilities: ["greet", "wave"] },
};
const withPermission = (...permissions: string[]): Overrides => ({ manifest: { ...definition, permissions } });

const refusal = async (client: RegistryClient, body: Manifest) => {
  const refused = await client.publishAgent({ body });
  expect(refused).toBeProblem(422, "version_bump_too_small");
  if (refused.ok) throw new Error("published");
  return refused.problem as typeof refused.problem & { least: string; previous: string; reasons: { reason: string }[] };
};

describe("honest semver", () => {
  it.each<[string, Overrides, string, string]>([
    ["a permission more", withPermission("repo:write"), "`repo:write`", "2.0.0"],
    ["another model family", { manifest: { ...definition, model: "gpt-5" } }, "claude-sonnet to gpt", "2.0.0"],
    ["a capability more", withMoreCapabilities, "`wave`", "1.1.0"],
    ["a required input", { manifest: { ...definition, inputs: { required: ["repo"] } } }, "`repo`", "2.0.0"],
    ["a security requirement", { manifest: { ...definition, security: { oauth: {} } } }, "Security", "2.0.0"],
  ])(
    "422 for a patch with %s: the problem names it, and the least version that would do",
    async (_what, change, named, least) => {
      const world = await registry();
      const admin = await withVersions(world, "1.0.0");
      const { detail, ...members } = await refusal(admin, world.given.manifest({ version: "1.0.1", ...change }));
      expect(detail).toContain(named);
      expect(detail).toContain(`Publish as ${least}.`);
      expect(members).toMatchObject({ least, previous: "1.0.0", declared: "patch" });
      const enough = await admin.publishAgent({ body: world.given.manifest({ version: least, ...change }) });
      expect(enough).toMatchObject({ status: 201, body: { warnings: [], change: { previous: "1.0.0" } } });
    },
  );

  it("201 for a patch that changes words only, with what was compared", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0");
    const body = world.given.manifest({ version: "1.0.1", description: "Greets people well.", tags: ["demo"] });
    const published = await unwrap(admin.publishAgent({ body }));
    expect(published.change).toEqual({ previous: "1.0.0", required: "patch", declared: "patch" });
  });

  it("a first version is held against nothing", async () => {
    const world = await registry();
    const admin = world.as(await world.given.admin());
    const published = await unwrap(admin.publishAgent({ body: world.given.manifest() }));
    expect(published).not.toHaveProperty("change");
  });

  it("dryRun says the same, and writes nothing", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0");
    const judge = (version: string) =>
      admin.publishAgent({ body: world.given.manifest({ version, ...withoutCapability }), dryRun: "true" });
    expect(await judge("1.1.0")).toBeProblem(422, "version_bump_too_small");
    expect(await judge("2.0.0")).toMatchObject({
      status: 200,
      body: { dryRun: true, change: { previous: "1.0.0", required: "major", declared: "major" } },
    });
    expect(await world.database.query("SELECT FROM registry.agent_versions")).toHaveLength(1);
  });

  it("a gap is filled against the release below it, and what does not fit goes above all", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0");
    const body = (version: string, change: Overrides = {}) => world.given.manifest({ version, ...change });
    await unwrap(admin.publishAgent({ body: body("1.1.0", withMoreCapabilities) }));
    await unwrap(admin.publishAgent({ body: body("2.0.0", withoutCapability) }));
    const fix = await unwrap(admin.publishAgent({ body: body("1.0.1", { description: "Fixed." }) }));
    expect(fix.change).toEqual({ previous: "1.0.0", required: "patch", declared: "patch" });
    const { least } = await refusal(admin, body("1.0.2", withMoreCapabilities));
    expect(least).toBe("2.1.0");
    expect((await unwrap(admin.publishAgent({ body: body(least, withMoreCapabilities) }))).version.version).toBe(least);
  });

  it("archived versions and drafts are nothing to be held against", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0");
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "2.0.0", ...withoutCapability }) }));
    for (const status of ["archived", "draft"]) {
      await world.database.query("UPDATE registry.agent_versions SET status = $1 WHERE version = '2.0.0'", [status]);
      const body = world.given.manifest({ version: "2.0.1", ...withMoreCapabilities });
      const { change } = await unwrap(admin.publishAgent({ body, dryRun: "true" }));
      expect(change?.previous).toBe("1.0.0");
    }
  });

  it("below 1.0.0 the minor version stands for the major one, and the patch for the minor", async () => {
    const world = await registry();
    const admin = await withVersions(world, "0.1.0");
    const body = (version: string, change: Overrides) => world.given.manifest({ version, ...change });
    expect((await refusal(admin, body("0.1.1", withoutCapability))).least).toBe("0.2.0");
    await unwrap(admin.publishAgent({ body: body("0.1.1", withMoreCapabilities) }));
    await unwrap(admin.publishAgent({ body: body("0.2.0", withoutCapability) }));
  });

  it("a pre-release counts as the release that it prepares, and never as one to be held against beside a release", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0");
    const publish = (version: string, change: Overrides) =>
      admin.publishAgent({ body: world.given.manifest({ version, ...change }) });
    expect(await publish("1.0.1-rc.1", withoutCapability)).toBeProblem(422, "version_bump_too_small");
    await unwrap(publish("2.0.0-rc.1", withoutCapability));
    await unwrap(publish("2.0.0-rc.2", withMoreCapabilities));
    const { change } = await unwrap(publish("2.0.0", withPermission("repo:write")));
    expect(change).toMatchObject({ previous: "1.0.0", required: "major", declared: "major" });
  });

  it("what was smuggled into pre-releases is refused at the release", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0", "1.0.1-rc.1");
    const body = world.given.manifest({ version: "1.0.1", ...withoutCapability });
    expect(await refusal(admin, body)).toMatchObject({ previous: "1.0.0", least: "2.0.0" });
  });

  it("without any release, pre-releases of one version may change as they like", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0-alpha.1");
    const publish = (version: string) =>
      admin.publishAgent({ body: world.given.manifest({ version, ...withoutCapability }) });
    const { change } = await unwrap(publish("1.0.0-alpha.2"));
    expect(change).toEqual({ previous: "1.0.0-alpha.1", required: "major", declared: "none" });
    await unwrap(publish("1.0.0"));
  });

  it("other tenants' agents of the same id are not concerned", async () => {
    const world = await registry();
    await withVersions(world, "1.0.0");
    const bob = world.as(await world.given.admin("globex"));
    const body = world.given.manifest({ version: "1.0.1", ...withoutCapability });
    expect(await unwrap(bob.publishAgent({ body }))).not.toHaveProperty("change");
  });
});

describe("the tenant's policy", () => {
  it("warn: publishes with a warning that says the same as the refusal", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0");
    const body = world.given.manifest({ version: "1.0.1", ...withoutCapability });
    const { detail } = await refusal(admin, body);
    await withPolicy(admin, "warn");
    const { warnings, change, outcome } = await unwrap(admin.publishAgent({ body }));
    expect(outcome).toBe("created");
    expect(warnings).toEqual([
      {
        path: "$.version",
        field: "version",
        code: "version_bump_too_small",
        severity: "warning",
        message: detail,
        fix: "2.0.0",
      },
    ]);
    expect(change).toEqual({ previous: "1.0.0", required: "major", declared: "patch" });
  });

  it("off: publishes and says nothing", async () => {
    const world = await registry();
    const admin = await withVersions(world, "1.0.0");
    await withPolicy(admin, "off");
    const body = world.given.manifest({ version: "1.0.1", ...withoutCapability });
    const published = await unwrap(admin.publishAgent({ body }));
    expect(published.warnings).toEqual([]);
    expect(published).not.toHaveProperty("change");
  });

  it("of one tenant says nothing about another", async () => {
    const world = await registry();
    const bob = world.as(await world.given.admin("globex"));
    await withPolicy(bob, "off");
    const admin = await withVersions(world, "1.0.0");
    const body = world.given.manifest({ version: "1.0.1", ...withoutCapability });
    expect(await admin.publishAgent({ body })).toBeProblem(422, "version_bump_too_small");
  });
});
