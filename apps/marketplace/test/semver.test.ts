import { unwrap } from "@nofx/client";
import type { SemverPolicy } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt, type TemplateBody, workflow } from "./templates.ts";

const collect = { id: "collect", agentId: "collector", inputs: { since: "{{ since }}" } };
const write = {
  id: "write",
  agentId: "editor",
  dependsOn: ["collect"],
  inputs: { document: "{{ steps.collect.outputs.changes }}" },
};
const check = { id: "check", agentId: "editor", dependsOn: ["write"] };
type Step = typeof collect | typeof write | typeof check;

/** A workflow whose steps are in a file, named after the version unless the test says otherwise. */
const inFile = (version: string, steps: readonly Step[], versionFile = `versions/${version}.json`): TemplateBody => {
  const { kind, goal, variables } = workflow().content as { kind: "workflow"; goal: string; variables: object };
  const content = { kind, goal, variables, versionFile } as TemplateBody["content"];
  return workflow({ version, content, files: [{ path: versionFile, content: JSON.stringify({ steps }) }] });
};

const withVersions = async (world: TestMarketplace, ...bodies: readonly TemplateBody[]) => {
  const admin = world.as(await world.person("admin", "acme"));
  for (const body of bodies) await unwrap(admin.publishTemplate({ body }));
  return admin;
};

const refusal = async (client: MarketplaceClient, body: TemplateBody) => {
  const refused = await client.publishTemplate({ body });
  expect(refused).toBeProblem(422, "version_bump_too_small");
  if (refused.ok) throw new Error("published");
  return refused.problem as typeof refused.problem & { least: string; reasons: { path: string }[] };
};

const withPolicy = async (admin: MarketplaceClient, semverPolicy: SemverPolicy) =>
  await unwrap(admin.updateMarketplaceSettings({ body: { semverPolicy } }));

describe("honest semver of templates", () => {
  it("422 version_bump_too_small: a step less in another file is named, with the least version that would do", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0", [collect, write]));
    const { detail, reasons, ...members } = await refusal(admin, inFile("1.1.0", [collect]));
    expect(detail).toBe(
      "1.1.0 is a minor step from 1.0.0, but the change is major. Step `write` is removed: what it did is no longer done. Publish as 2.0.0.",
    );
    expect(reasons).toMatchObject([{ path: "$.content.steps[?@.id=='write']", severity: "major" }]);
    expect(members).toMatchObject({ previous: "1.0.0", declared: "minor", required: "major", least: "2.0.0" });
    expect(await unwrap(admin.publishTemplate({ body: inFile("2.0.0", [collect]) }))).toMatchObject({
      change: { previous: "1.0.0", declared: "major", required: "major" },
    });
  });

  it("201 for a patch that only moves the steps to another file", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0", [collect, write]));
    const { change } = await unwrap(admin.publishTemplate({ body: inFile("1.0.1", [collect, write]) }));
    expect(change).toEqual({ previous: "1.0.0", required: "patch", declared: "patch" });
  });

  it("a step more is minor, also under the same file name", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0", [collect, write], "steps.json"));
    const body = (version: string) => inFile(version, [collect, write, check], "steps.json");
    const { reasons } = await refusal(admin, body("1.0.1"));
    expect(reasons.map(({ path }) => path)).toEqual(["$.content.steps[?@.id=='check']"]);
    await unwrap(admin.publishTemplate({ body: body("1.1.0") }));
  });

  it("a prompt that asks for another variable demands a major version", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, prompt());
    const variables = { goal: { type: "string", required: true }, open: { type: "string", required: true } } as const;
    const content = { ...prompt().content, variables } as TemplateBody["content"];
    expect((await refusal(admin, prompt({ version: "1.1.0", content }))).least).toBe("2.0.0");
    await unwrap(admin.publishTemplate({ body: prompt({ version: "1.0.1", description: "Other words." }) }));
  });

  it("a first version is held against nothing", async () => {
    const world = await marketplace();
    const admin = world.as(await world.person("admin"));
    expect(await unwrap(admin.publishTemplate({ body: workflow() }))).not.toHaveProperty("change");
  });

  it("dryRun says the same, and writes nothing", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0", [collect, write]));
    const judge = (version: string) => admin.publishTemplate({ body: inFile(version, [collect]), dryRun: "true" });
    expect(await judge("1.1.0")).toBeProblem(422, "version_bump_too_small");
    expect(await judge("2.0.0")).toMatchObject({ status: 200, body: { dryRun: true, change: { required: "major" } } });
    expect(await world.database.query("SELECT FROM marketplace.template_versions")).toHaveLength(1);
  });

  it("drafts are judged as well", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0", [collect, write]));
    const draft = (version: string) => admin.publishTemplate({ body: inFile(version, [collect]), draft: "true" });
    expect(await draft("1.1.0")).toBeProblem(422, "version_bump_too_small");
    expect(await draft("2.0.0")).toMatchObject({ status: 201, body: { change: { previous: "1.0.0" } } });
  });

  it("drafts and archived versions are nothing to be held against", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0", [collect, write]), inFile("2.0.0", [collect]));
    for (const status of ["archived", "draft"]) {
      await world.database.query("UPDATE marketplace.template_versions SET status = $1 WHERE version = '2.0.0'", [
        status,
      ]);
      const { change } = await unwrap(
        admin.publishTemplate({ body: inFile("3.0.0", [collect, write]), dryRun: "true" }),
      );
      expect(change).toMatchObject({ previous: "1.0.0", required: "patch" });
    }
  });

  it("a gap is filled against the release below it, and what does not fit goes above all", async () => {
    const world = await marketplace();
    const three = [collect, write, check];
    const admin = await withVersions(
      world,
      inFile("1.0.0", [collect, write]),
      inFile("1.1.0", three),
      inFile("2.0.0", [collect]),
    );
    const fix = await unwrap(admin.publishTemplate({ body: inFile("1.0.1", [collect, write]) }));
    expect(fix.change).toMatchObject({ previous: "1.0.0", required: "patch" });
    const { least } = await refusal(admin, inFile("1.0.2", three));
    expect(least).toBe("2.1.0");
    await unwrap(admin.publishTemplate({ body: inFile(least, three) }));
  });

  it("a release is preferred to a pre-release, and pre-releases without one may change as they like", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0-rc.1", [collect, write]));
    const next = await unwrap(admin.publishTemplate({ body: inFile("1.0.0-rc.2", [collect]) }));
    expect(next.change).toMatchObject({ previous: "1.0.0-rc.1", required: "major", declared: "none" });
    await unwrap(admin.publishTemplate({ body: inFile("1.0.0", [collect, write]) }));
    await unwrap(admin.publishTemplate({ body: inFile("2.0.0-rc.1", [collect]) }));
    const { change } = await unwrap(admin.publishTemplate({ body: inFile("2.0.0", [collect, write, check]) }));
    expect(change).toMatchObject({ previous: "1.0.0", required: "minor" });
  });

  it("409 version_conflict tells the steps that differ, too", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0", [collect, write]));
    const conflict = await admin.publishTemplate({ body: inFile("1.0.0", [collect]) });
    expect(conflict).toBeProblem(409, "version_conflict");
    expect(!conflict.ok && conflict.problem.difference).toMatchObject([{ path: "$.content.steps[?@.id=='write']" }]);
    const steps = JSON.stringify({ steps: [collect, write] }, null, 2);
    const spaced = await admin.publishTemplate({
      body: { ...inFile("1.0.0", [collect, write]), files: [{ path: "versions/1.0.0.json", content: steps }] },
    });
    expect(spaced).toBeProblem(409, "version_conflict");
    expect(!spaced.ok && spaced.problem.difference).not.toEqual([]);
  });

  it("the builder still numbers its own updates", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, prompt());
    await unwrap(
      admin.updateBuilderTemplate({ id: "coach", body: { instructions: "For {{ goal }} and {{ more }}." } }),
    );
    expect((await unwrap(admin.getTemplate({ templateId: "coach" }))).template.currentVersion).toBe("2.0.0");
  });
});

describe("the tenant's policy for templates", () => {
  it("warn: publishes with a warning that says the same as the refusal; off: says nothing", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inFile("1.0.0", [collect, write]));
    const body = inFile("1.0.1", [collect]);
    const { detail } = await refusal(admin, body);
    await withPolicy(admin, "warn");
    const warned = await unwrap(admin.publishTemplate({ body, dryRun: "true" }));
    expect(warned.warnings.filter(({ code }) => code === "version_bump_too_small")).toMatchObject([
      { path: "$.version", severity: "warning", message: detail, fix: "2.0.0" },
    ]);
    expect(warned.change).toEqual({ previous: "1.0.0", required: "major", declared: "patch" });
    await withPolicy(admin, "off");
    const silent = await unwrap(admin.publishTemplate({ body }));
    expect(silent).not.toHaveProperty("change");
    expect(silent.warnings.map(({ code }) => code)).not.toContain("version_bump_too_small");
  });

  it("of one tenant says nothing about another", async () => {
    const world = await marketplace();
    await withPolicy(world.as(await world.person("admin", "globex")), "off");
    const admin = await withVersions(world, inFile("1.0.0", [collect, write]));
    expect(await admin.publishTemplate({ body: inFile("1.0.1", [collect]) })).toBeProblem(
      422,
      "version_bump_too_small",
    );
  });
});

/** A workflow with its steps inline. */
const inline = (version: string, content: Partial<TemplateBody["content"]>): TemplateBody =>
  workflow({
    version,
    content: { kind: "workflow", steps: [collect, write], ...content } as TemplateBody["content"],
    files: [],
  });

describe("honest semver of what callers give, and of what comes out", () => {
  const since = (rules: object) => ({ variables: { since: { type: "string" as const, required: true, ...rules } } });
  const using = (expression: string) => ({
    ...since({}),
    steps: [{ ...collect, inputs: { since: expression } }, write],
  });
  const inProduction = (value: string) => ({
    variables: { since: { type: "string" as const } },
    environments: { production: { variables: { since: value } } },
  });

  it("422 version_bump_too_small: a variable that takes fewer values is major, one that takes more is minor", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inline("1.0.0", since({ maxLength: 20 })));
    const fewer = await refusal(admin, inline("1.1.0", since({ maxLength: 10 })));
    expect(fewer).toMatchObject({
      required: "major",
      least: "2.0.0",
      reasons: [
        {
          path: "$.content.variables.since.maxLength",
          before: 20,
          after: 10,
          severity: "major",
          reason: "Variable `since` takes fewer values: `maxLength` goes from `20` to `10`",
        },
      ],
    });
    const more = await refusal(admin, inline("1.0.1", since({ maxLength: 40 })));
    expect(more).toMatchObject({ required: "minor", least: "1.1.0" });
    await unwrap(admin.publishTemplate({ body: inline("1.1.0", since({ maxLength: 40 })) }));
  });

  it("422 version_bump_too_small: an expression that refuses what gave a plan is major", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inline("1.0.0", using("{{ since }}")));
    const { reasons, detail } = await refusal(admin, inline("1.1.0", using("{{ since | first }}")));
    expect(reasons).toEqual([
      {
        path: "$.content.steps[?@.id=='collect'].inputs",
        severity: "major",
        reason:
          "What gave a plan is refused where no environment is chosen, with nothing but what must be given: step `collect` (filter_mismatch)",
      },
    ]);
    expect(detail).toContain("the change is major");
  });

  it("422 version_bump_too_small: a step that another agent does is major", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inline("1.0.0", since({})));
    const steps = [{ ...collect, agentId: "searcher" }, write];
    expect(await refusal(admin, inline("1.1.0", { ...since({}), steps }))).toMatchObject({ required: "major" });
  });

  it("422 version_bump_too_small: what an environment changes in a plan is named with the step, and diff says the same", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inline("1.0.0", inProduction("v1")));
    const body = inline("1.0.1", inProduction("v2"));
    const { reasons, least } = await refusal(admin, body);
    expect(least).toBe("1.1.0");
    expect(reasons).toMatchObject([
      { path: "$.content.environments.production.variables.since", severity: "minor" },
      {
        path: "$.content.steps[?@.id=='collect'].inputs.since",
        severity: "minor",
        reason: "Input `since` of step `collect` is another in environment `production`, with nothing given",
      },
    ]);
    await unwrap(admin.publishTemplate({ body: { ...body, version: least } }));
    const pair = { templateId: "release-notes", from: "1.0.0", to: least };
    const { bump, differences } = await unwrap(admin.diffTemplateVersions(pair));
    expect(bump).toBe("minor");
    expect(differences).toEqual(expect.arrayContaining(reasons));
  });

  it("201 for a patch that writes the same plans otherwise, and diff says so", async () => {
    const world = await marketplace();
    const optional = { variables: { since: { type: "string" as const } } };
    const said = { ...optional, steps: [{ ...collect, inputs: { since: '{{ since | default("v0") }}' } }, write] };
    const declared = {
      variables: { since: { type: "string" as const, default: "v0" } },
      steps: [{ ...collect, inputs: { since: "{{since}}" } }, write],
    };
    const admin = await withVersions(world, inline("1.0.0", said));
    const { change } = await unwrap(admin.publishTemplate({ body: inline("1.0.1", declared) }));
    expect(change).toEqual({ previous: "1.0.0", required: "patch", declared: "patch" });
    const pair = { templateId: "release-notes", from: "1.0.0", to: "1.0.1" };
    const { bump, differences } = await unwrap(admin.diffTemplateVersions(pair));
    expect(bump).toBe("patch");
    expect(differences.map(({ reason }) => reason)).toContain(
      "Step `collect` is written otherwise; every plan that was tried is the same",
    );
  });

  it("a bulk update takes the number that this demands", async () => {
    const world = await marketplace();
    const admin = await withVersions(world, inline("1.0.0", since({ maxLength: 20 })));
    const update = (maxLength: number) =>
      unwrap(
        admin.bulkTemplates({
          body: {
            operations: [
              {
                op: "update",
                templateId: "release-notes",
                changes: { content: { variables: { since: { maxLength } } } },
              },
            ],
          },
        }),
      );
    expect((await update(40)).results).toMatchObject([{ version: "1.1.0" }]);
    expect((await update(10)).results).toMatchObject([{ version: "2.0.0" }]);
  });
});
