import { unwrap } from "@nofx/client";
import { recordLimits } from "@nofx/contract-kit";
import { watchStatements } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { publishAgent } from "./agents.ts";
import { marketplace } from "./marketplace.ts";
import { everyRecord, manyTemplates, recordOf, serviceOf, someTemplates } from "./records.ts";
import { prompt, type TemplateBody, workflow } from "./templates.ts";
import { foldAll, outcomes, report } from "./usage.ts";

const now = new Date();
const at = now.toISOString();

describe("listTemplateRecords", () => {
  it("200: every template of all tenants, private and disabled ones and prompts too, by name, in pages of any size", async () => {
    const { service, acme } = await someTemplates();
    const input = [{ type: "input_text" as const, text: "Here" }];
    const { id } = await unwrap(acme.createBuilderTemplate({ body: { name: "x", instructions: "Built.", input } }));
    const all = ["acme/hidden", "acme/release-notes", `acme/${id}`, "globex/coach", "globex/gone"];
    for (const limit of [1, 4, 5, 500]) {
      const pages = await everyRecord(service, limit);
      expect(pages.flat().map(({ tenant, templateId }) => `${tenant}/${templateId}`)).toEqual(all);
      expect(pages.map((page) => page.length)).toEqual(
        Array.from({ length: Math.ceil(all.length / limit) }, (_, page) => Math.min(limit, all.length - page * limit)),
      );
    }
    const { records } = await unwrap(service.listTemplateRecords());
    expect(records.map(({ kind, status, visibility }) => [kind, status, visibility])).toEqual([
      ["workflow", "active", "private"],
      ["workflow", "active", "public"],
      ["prompt", "active", "private"],
      ["prompt", "active", "public"],
      ["workflow", "disabled", "private"],
    ]);
    expect(records[2]?.text).toBe("Built.\nHere");
  });

  it("200: all that is known of the current version, and of the versions drafts and archived ones too", async () => {
    const { world, acme, globex, service } = await someTemplates({}, { now: () => now });
    for (const [id, parent] of [["work"], ["engineering", "work"]] as const)
      await world.operator.putCategory({ categoryId: id, body: { name: id, ...(parent && { parent }) } });
    const body = workflow({
      version: "2.0.0",
      license: "MIT",
      metadata: { owner: "team-b", aliases: ["notes"] },
      content: {
        kind: "workflow",
        goal: "Told once.",
        variables: { since: { type: "string", description: "A tag" } },
        versionFile: "versions/2.0.0.json",
      },
      files: [
        { path: "README.md", content: "Read me.\n" },
        {
          path: "versions/2.0.0.json",
          content: JSON.stringify({
            steps: [
              { id: "collect", name: "Collect it", agentId: "collector", inputs: { prompt: "Be brief", depth: 1 } },
            ],
          }),
        },
      ],
    });
    await unwrap(acme.publishTemplate({ body }));
    await unwrap(acme.publishTemplate({ body: workflow({ version: "3.0.0" }), draft: "true" }));
    await unwrap(
      acme.setTemplateVersionStatus({
        templateId: "release-notes",
        version: "1.0.0",
        body: { status: "archived", reason: "wrong" },
      }),
    );
    const fork = { templateId: "release-notes", tenant: "acme", body: { templateId: "forked" } };
    await unwrap(globex.forkTemplate(fork));
    const record = await recordOf(service, "release-notes");
    const { publishedBy = "" } = record.versions[0] ?? {};
    // Each is a moment later than the one before.
    const soon = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    const version = (version: string, status: string) => ({ version, status, publishedAt: soon, publishedBy });
    expect(record).toEqual({
      tenant: "acme",
      templateId: "release-notes",
      kind: "workflow",
      visibility: "public",
      status: "active",
      name: "Release Notes",
      description: "From merged changes to notes.",
      currentVersion: "2.0.0",
      category: "engineering",
      categories: ["engineering", "work"],
      tags: ["release", "writing"],
      license: "MIT",
      owner: "team-b",
      aliases: ["notes"],
      text: "Told once.\ncollect\nCollect it\nBe brief\nsince\nA tag\nRead me.\n",
      createdAt: at,
      updatedAt: soon,
      publishedAt: soon,
      versions: [version("3.0.0", "draft"), version("2.0.0", "active"), version("1.0.0", "archived")],
      versionCount: 3,
      rating: { count: 0 },
      usage: { runs30d: 0, succeeded30d: 0, popularityScore: 0 },
      uses: [{ kind: "agent", tenant: "acme", id: "collector", range: "*", version: "2.0.0" }],
    });
    expect(publishedBy).not.toBe("");
    const copy = await recordOf(service, "forked", "globex");
    expect(copy.forkedFrom).toEqual({ tenant: "acme", templateId: "release-notes", version: "2.0.0" });
    // A category that is not in the tree.
    expect((await recordOf(service, "gone", "globex")).categories).toEqual(["engineering", "work"]);
    await unwrap(acme.publishTemplate({ body: prompt({ templateId: "odd", category: "nowhere" }) }));
    expect((await recordOf(service, "odd")).categories).toEqual(["nowhere"]);
    expect((await recordOf(service, "coach", "globex")).categories).toEqual([]);
  });

  it("200: what versions declare and what their locks hold, private ones too, the current version first", async () => {
    const { world, alice, acme, service } = await someTemplates();
    for (const version of ["1.0.0", "1.1.0"])
      await publishAgent(world, alice, "collector", version, {
        agents: version === "1.1.0" ? { linter: "^2.0.0" } : {},
      });
    await publishAgent(world, alice, "linter", "2.0.0");
    const templateId = "locking";
    const publish = async (version: string, agents: Record<string, string>, lock = true) => {
      const content = {
        kind: "workflow" as const,
        steps: [{ id: "do", agentId: "collector" }],
        dependencies: { agents },
      };
      const environments = { production: {} };
      const body = { templateId, name: "x", version, content: { ...content, environments } } as TemplateBody;
      await unwrap(acme.publishTemplate({ body }));
      if (lock) await unwrap(acme.lockTemplateVersion({ templateId, version, body: {} }));
    };
    await publish("1.0.0", { collector: "1.0.0" });
    await publish("2.0.0", { collector: "1.0.0" });
    await publish("3.0.0", { collector: "^1.0.0", absent: "*" }, false);
    await publish("4.0.0", { collector: "^1.0.0" });
    await unwrap(acme.lockTemplateVersion({ templateId, version: "4.0.0", environment: "production", body: {} }));
    const reason = "wrong";
    await unwrap(acme.setTemplateVersionStatus({ templateId, version: "1.0.0", body: { status: "archived", reason } }));
    const own = { kind: "agent", tenant: "acme" };
    const [collector, linter] = [
      { ...own, id: "collector" },
      { ...own, id: "linter" },
    ];
    const of = { version: "4.0.0" };
    const environment = "production";
    const old = { ...collector, locked: "1.0.0", version: "2.0.0" };
    expect((await recordOf(service, templateId)).uses).toEqual([
      { ...collector, range: "^1.0.0", locked: "1.1.0", ...of },
      { ...collector, range: "^1.0.0", locked: "1.1.0", ...of, environment },
      { ...linter, locked: "2.0.0", ...of },
      { ...linter, locked: "2.0.0", ...of, environment },
      old,
    ]);
    await unwrap(acme.rollbackTemplate({ templateId, body: { targetVersion: "3.0.0", reason } }));
    expect((await recordOf(service, templateId)).uses).toEqual([
      { ...own, id: "absent", range: "*", version: "3.0.0" },
      { ...collector, range: "^1.0.0", version: "3.0.0" },
      { ...collector, locked: "1.1.0", ...of },
      { ...linter, locked: "2.0.0", ...of },
      { ...collector, locked: "1.1.0", ...of, environment },
      { ...linter, locked: "2.0.0", ...of, environment },
      old,
    ]);
  });

  it("200: tests, ratings and runs, as everybody is told who may know", async () => {
    const { world, alice, acme, globex, service } = await someTemplates();
    for (const agentId of ["collector", "editor"]) await publishAgent(world, alice, agentId, "1.0.0");
    await unwrap(acme.testTemplateVersion({ templateId: "release-notes", version: "1.0.0" }));
    const named = { templateId: "release-notes", tenant: "acme" };
    await unwrap(globex.rateTemplate({ ...named, body: { rating: 5 } }));
    await outcomes(acme, [
      ...["a", "b", "c"].map((runId) => report(runId, { occurredAt: at })),
      report("d", { occurredAt: at, outcome: "failed" }),
      report("e", { occurredAt: at, outcome: "cancelled", sample: true }),
    ]);
    await expect
      .poll(async () => {
        await foldAll(world);
        return (await recordOf(service, "release-notes")).usage.runs30d;
      })
      .toBe(5);
    const record = await recordOf(service, "release-notes");
    const { template } = await unwrap(acme.getTemplate({ templateId: "release-notes" }));
    expect(record.usage).toEqual({
      runs30d: 5,
      succeeded30d: 3,
      success: expect.closeTo(0.3006, 4),
      meanMs: 1_000,
      lastAt: at,
      popularityScore: 3.75,
    });
    expect(record.tests).toEqual(template.tests);
    expect(record.tests?.failed).toBe(0);
    const { average, count, bayesian } = template.rating;
    expect(record.rating).toEqual({ average, count, bayesian });
    expect(record.rating.count).toBe(1);
  });

  it("200: the text is cut with a whole character, uses to 500, versions to the highest 100", async () => {
    const { world, acme, service } = await someTemplates();
    const instructions = `${"x".repeat(recordLimits.textMax - 1)}🚀${"y".repeat(100_000)}`;
    const content = { kind: "prompt" as const, instructions, input: [{ type: "input_text" as const, text: "z" }] };
    await unwrap(acme.publishTemplate({ body: prompt({ content }) }));
    await manyTemplates(world, 1, 120);
    expect((await recordOf(service, "coach")).text).toBe("x".repeat(recordLimits.textMax - 1));
    const many = await recordOf(service, "template-1", "many-1");
    expect([many.versionCount, many.versions.length, many.uses.length]).toEqual([120, 100, 500]);
    expect(many.versions[0]?.version).toBe("120.0.0");
    const ranged = many.uses.slice(0, 5).map(({ range, locked, version }) => [range, locked, version]);
    expect(ranged).toEqual(Array.from({ length: 5 }, () => ["^1.0.0", "1.0.0", "1.0.0"]));
    expect(new Set(many.uses.slice(0, 10).map(({ version }) => version))).toEqual(new Set(["1.0.0"]));
    expect(many.uses[10]?.version).toBe("120.0.0");
  });

  it("200: a page of 500 takes three statements, as one of 1 does", async () => {
    const world = await marketplace();
    await manyTemplates(world, 501, 3);
    const service = await serviceOf(world);
    const statements = watchStatements(world.deps, /\btemplate_(?:versions|files)\b/);
    for (const limit of [1, 500]) {
      statements.taken();
      const { records } = await unwrap(service.listTemplateRecords({ limit }));
      expect(records).toHaveLength(limit);
      expect(records.map(({ text, uses }) => [text.length, uses.length])).toEqual(records.map(() => [4_000, 30]));
      expect(statements.taken()).toHaveLength(3);
    }
  });

  it("400 cursor_invalid: a cursor of another list", async () => {
    const { service } = await someTemplates();
    for (const cursor of ["x", Buffer.from('["templates",{"tenant":"a","templateId":"b"}]').toString("base64url")])
      expect(await service.listTemplateRecords({ cursor })).toBeProblem(400, "cursor_invalid");
    for (const limit of [0, 501])
      expect(await service.listTemplateRecords({ limit })).toBeProblem(400, "request_invalid");
  });

  it("401 and 403: for services only", async () => {
    const { world, acme } = await someTemplates();
    expect(await world.anonymous.listTemplateRecords()).toBeProblem(401, "unauthenticated");
    for (const client of [world.operator, acme])
      expect(await client.listTemplateRecords()).toBeProblem(403, "forbidden");
  });
});
