import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { planned, publishAgent, publishStep, storedRows, tooManyAgents } from "./agents.ts";
import { type CheckedMarketplace, checkedMarketplace, failing, fine, sound, unmet, wrong } from "./checks.ts";
import { prompt } from "./templates.ts";

const address = { templateId: "release-notes", version: "1.0.0" };

describe("publishing under enforce", () => {
  let checked: CheckedMarketplace;
  beforeEach(async () => {
    checked = await checkedMarketplace();
  });

  it("201: the lock, those of environments that pin agents, and the report are kept with the version", async () => {
    const { alice, world, acme } = checked;
    await publishAgent(world, acme, "editor", "1.1.0");
    const environments = { production: { agents: { editor: "<1.1" } }, staging: { variables: { since: "v0" } } };
    const { lock, tests, warnings } = await unwrap(
      alice.publishTemplate({ body: planned({ tests: [fine], environments }) }),
    );
    const [own, production] = await Promise.all(
      [{}, { environment: "production" }].map((where) =>
        unwrap(alice.getTemplateVersionLock({ ...address, ...where })),
      ),
    );
    expect(own?.digest).toBe(lock?.digest);
    expect(own?.lock.agents["acme/editor"]?.version).toBe("1.1.0");
    expect(production?.lock.agents["acme/editor"]?.version).toBe("1.0.0");
    const staging = await alice.getTemplateVersionLock({ ...address, environment: "staging" });
    expect(staging).toBeProblem(404, "lock_not_found");
    const { report } = await unwrap(alice.getTemplateTestReport(address));
    expect(tests).toEqual({ passed: report.passed, failed: 0 });
    expect(report.passed).toBeGreaterThan(3);
    expect(warnings.filter(({ code }) => code !== "variable_unused")).toEqual([]);
  });

  it("422 dependencies_unsatisfiable: an agent that nobody has, with what to do; nothing is written", async () => {
    const { alice, world } = checked;
    const before = await storedRows(world);
    const refused = await alice.publishTemplate({ body: unmet() }, { idempotencyKey: "k" });
    expect(refused).toBeProblem(422, "dependencies_unsatisfiable");
    expect(refused).toMatchObject({
      problem: {
        detail: expect.stringMatching(/agent acme\/nobody.*\. Publish agent acme\/nobody first/),
        conflict: { code: "absent", resource: { kind: "agent", tenant: "acme", id: "nobody" } },
      },
    });
    expect(await storedRows(world)).toBe(before);
  });

  it("422 dependencies_unsatisfiable: another tenant's private agent is absent", async () => {
    const { alice, world } = checked;
    await publishAgent(world, await world.person("publisher", "globex"), "secret", "1.0.0");
    const body = planned({ dependencies: { agents: { "globex/secret": "*" } } });
    expect(await alice.publishTemplate({ body })).toBeProblem(422, "dependencies_unsatisfiable");
  });

  it("422 dependencies_unsatisfiable: a range that no version fits, and one that only an environment wants", async () => {
    const { alice } = checked;
    const unfit = await alice.publishTemplate({ body: planned({ dependencies: { agents: { editor: "^2.0.0" } } }) });
    expect(unfit).toMatchObject({ problem: { detail: expect.stringContaining("Widen one of the ranges") } });
    const environments = { production: { agents: { editor: "^3.0.0" } } };
    const inEnvironment = await alice.publishTemplate({ body: planned({ environments }) });
    expect(inEnvironment).toBeProblem(422, "dependencies_unsatisfiable");
    expect(inEnvironment).toMatchObject({ problem: { detail: expect.stringContaining("environment production") } });
  });

  it("422 dependencies_unsatisfiable: templates in a circle", async () => {
    const { alice } = checked;
    await publishStep(alice, "one", "1.0.0");
    await publishStep(alice, "two", "1.0.0", { templates: { one: "*" } });
    const content = { kind: "workflow" as const, steps: [{ id: "do", agentId: "collector" }] };
    const body = { templateId: "one", name: "One", version: "1.1.0", content };
    const closing = await alice.publishTemplate({
      body: { ...body, content: { ...content, dependencies: { templates: { two: "*" } } } },
    });
    expect(closing).toBeProblem(422, "dependencies_unsatisfiable");
    expect(closing).toMatchObject({ problem: { conflict: { code: "cycle" } } });
  });

  it("422 dependencies_too_complex: more agents than are looked at", async () => {
    const { alice, world, acme } = checked;
    const body = planned({ dependencies: { agents: await tooManyAgents(world, acme) } });
    expect(await alice.publishTemplate({ body })).toBeProblem(422, "dependencies_too_complex");
  });

  it("422 tests_failed: each failing check with its place in the manifest; nothing is written", async () => {
    const { alice, world } = checked;
    const environments = { production: {}, staging: {} };
    const before = await storedRows(world);
    const refused = await alice.publishTemplate({ body: planned({ tests: [fine, wrong], environments }) });
    expect(refused).toBeProblem(422, "tests_failed");
    const { errors = [], detail } = refused.ok ? {} : refused.problem;
    expect(new Set(errors.map(({ path, code }) => `${code} ${path}`))).toEqual(
      new Set(["test_failed $.content.tests[1].plan[1]"]),
    );
    expect(errors.map(({ message }) => message.split(":")[0])).toEqual(
      ["highest", "lowest"].flatMap((strategy) =>
        ["production", "staging"].map(
          (name) => `test "wrong" in environment ${name} with the ${strategy} versions of agents`,
        ),
      ),
    );
    expect(detail).toMatch(/^4 of \d+ checks fail/);
    expect(await storedRows(world)).toBe(before);
  });

  it("a dry run is judged as well, tells what would be, and writes nothing", async () => {
    const { alice, world } = checked;
    const before = await storedRows(world);
    expect(await alice.publishTemplate({ body: failing(), dryRun: "true" })).toBeProblem(422, "tests_failed");
    const { lock, tests } = await unwrap(alice.publishTemplate({ body: sound(), dryRun: "true" }));
    expect(lock?.digest).toMatch(/^sha256:/);
    expect(tests).toMatchObject({ failed: 0 });
    expect(await storedRows(world)).toBe(before);
  });

  it("409 version_conflict and 200 identical: what is there already is not checked, and needs no registry", async () => {
    const { alice, state, asked } = checked;
    const first = await unwrap(alice.publishTemplate({ body: sound() }));
    const calls = asked();
    state.isDown = true;
    const again = await alice.publishTemplate({ body: sound() });
    expect(again).toMatchObject({ status: 200, body: { outcome: "identical", version: first.version } });
    expect(again.ok && again.body.lock).toBeUndefined();
    const other = await alice.publishTemplate({ body: sound({ description: "Other" }) });
    expect(other).toBeProblem(409, "version_conflict");
    expect(asked()).toBe(calls);
  });

  it("201: a prompt that depends on nothing needs no registry, and has no lock", async () => {
    const { alice, state } = checked;
    state.isDown = true;
    const published = await unwrap(alice.publishTemplate({ body: prompt() }));
    expect(published).toMatchObject({ outcome: "created" });
    expect(published.lock).toBeUndefined();
    expect(published.tests).toBeUndefined();
  });

  it("422 tests_failed: also of a prompt", async () => {
    const { alice } = checked;
    const tests = [{ name: "needs a goal", variables: {} }];
    const content = { ...prompt().content, tests } as never;
    const refused = await alice.publishTemplate({ body: prompt({ content }) });
    expect(refused).toBeProblem(422, "tests_failed");
    expect(refused).toMatchObject({ problem: { errors: [{ path: "$.content.tests[0]" }, {}] } });
  });

  it("201: what is deprecated is warned about", async () => {
    const { alice, world } = checked;
    const registry = world.registryAs(await world.person("admin", "acme"));
    await unwrap(registry.setAgentStatus({ agentId: "editor", body: { status: "deprecated", reason: "Old" } }));
    const { warnings } = await unwrap(alice.publishTemplate({ body: sound() }));
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: "deprecated", path: "$.content.dependencies", severity: "warning" }),
    );
  });
});

describe("publishing under warn and off", () => {
  it.each([
    ["dependencies_unsatisfiable", unmet, "$.content.dependencies"],
    ["test_failed", failing, "$.content.tests[1].plan[1]"],
  ] as const)("201 under warn: %s is a warning", async (code, body, path) => {
    const { alice } = await checkedMarketplace("warn");
    const { warnings } = await unwrap(alice.publishTemplate({ body: body() }));
    expect(warnings).toContainEqual(expect.objectContaining({ code, path, severity: "warning" }));
  });

  it("201 under warn: the report of failed tests is kept, and so is the lock", async () => {
    const { alice } = await checkedMarketplace("warn");
    const { lock, tests } = await unwrap(alice.publishTemplate({ body: failing() }));
    expect(tests).toMatchObject({ failed: 2 });
    expect(await unwrap(alice.getTemplateVersionLock(address))).toMatchObject({ digest: lock?.digest });
    expect(await unwrap(alice.getTemplateTestReport(address))).toMatchObject({ report: { failed: 2 } });
  });

  it("201 under warn: a registry that is down is a warning, and there is no lock", async () => {
    const { alice, state } = await checkedMarketplace("warn");
    state.isDown = true;
    const { warnings, lock, tests } = await unwrap(alice.publishTemplate({ body: sound() }));
    expect(warnings).toContainEqual(expect.objectContaining({ code: "dependency_unavailable" }));
    expect({ lock, tests }).toEqual({ lock: undefined, tests: undefined });
    expect(await alice.getTemplateVersionLock(address)).toBeProblem(404, "lock_not_found");
  });

  it("201 under off: nothing is looked at", async () => {
    const { alice, state, asked } = await checkedMarketplace("off");
    state.isDown = true;
    const published = await unwrap(alice.publishTemplate({ body: failing() }));
    expect(published.warnings.map(({ code }) => code)).not.toContain("test_failed");
    expect(published.lock).toBeUndefined();
    expect(asked()).toBe(0);
  });

  it("a tenant's own choice goes before the operator's, from the next publish on", async () => {
    const { alice, admin } = await checkedMarketplace("off");
    await unwrap(alice.publishTemplate({ body: failing() }));
    const body = { semverPolicy: "off", publishChecks: "enforce" } as const;
    await unwrap(admin.updateMarketplaceSettings({ body }));
    expect(await alice.publishTemplate({ body: failing({ version: "1.1.0" }) })).toBeProblem(422, "tests_failed");
  });
});
