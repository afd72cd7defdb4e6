import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent, storedRows } from "./agents.ts";
import { outcomes, type TemplateOperation } from "./bulk.ts";
import { type CheckedMarketplace, checkedMarketplace, failing, sound, unmet } from "./checks.ts";
import type { TemplateBody } from "./templates.ts";

const publishing = (manifest: TemplateBody, more: { force?: boolean; draft?: boolean } = {}): TemplateOperation => ({
  op: "publish",
  manifest: { ...manifest },
  ...more,
});

/** A template of one step that builds on others. */
const building = (templateId: string, version: string, templates: Record<string, string> = {}) => {
  const steps = [{ id: "do", agentId: "collector" }];
  const content = { kind: "workflow" as const, steps, dependencies: { templates } };
  return publishing({ templateId, name: templateId, version, content });
};

describe("bulkTemplates under enforce", () => {
  let checked: CheckedMarketplace;
  beforeEach(async () => {
    checked = await checkedMarketplace();
  });
  const bulk = (operations: TemplateOperation[], more: { atomic?: boolean } = {}) =>
    checked.alice.bulkTemplates({ body: { operations, ...more } });

  it("200: each publish is checked, agents are asked for once, and locks and reports are kept", async () => {
    const { world, asked } = checked;
    const operations = Array.from({ length: 20 }, (_, index) => publishing(sound({ templateId: `t-${index}` })));
    const answer = await outcomes(bulk([...operations, publishing(failing()), publishing(unmet({ templateId: "x" }))]));
    expect(answer.slice(0, 20)).toEqual(Array(20).fill("publish 201 created 1.0.0"));
    expect(answer.slice(20)).toEqual([
      "publish 422 failed tests_failed",
      "publish 422 failed dependencies_unsatisfiable",
    ]);
    expect(asked()).toBe(2);
    expect(await world.database.query("SELECT FROM marketplace.template_locks")).toHaveLength(20);
    expect(await world.database.query("SELECT FROM marketplace.template_test_reports")).toHaveLength(20);
  });

  it("200: an operation builds on what those before it have published, and not on what those after it will", async () => {
    const operations = [
      building("above", "1.0.0", { base: "^1.0.0" }),
      building("base", "1.0.0"),
      building("above", "1.0.0", { base: "^1.0.0" }),
      building("base", "2.0.0"),
      building("above", "2.0.0", { base: "^2.0.0" }),
      building("base", "2.1.0", { above: "*" }),
    ];
    expect(await outcomes(bulk(operations))).toEqual([
      "publish 422 failed dependencies_unsatisfiable",
      ...["1.0.0", "1.0.0", "2.0.0", "2.0.0"].map((version) => `publish 201 created ${version}`),
      "publish 422 failed dependencies_unsatisfiable",
    ]);
    const { lock } = await unwrap(checked.alice.getTemplateVersionLock({ templateId: "above", version: "2.0.0" }));
    expect(lock.templates).toMatchObject({ "acme/base": { version: "2.0.0" } });
  });

  it("200: with atomic, one that fails its checks leaves nothing behind", async () => {
    const before = await storedRows(checked.world);
    const answer = await unwrap(
      bulk([publishing(sound({ templateId: "t" })), publishing(failing())], { atomic: true }),
    );
    expect(answer).toMatchObject({ applied: false, results: [{ outcome: "skipped" }, { status: 422 }] });
    expect(await storedRows(checked.world)).toBe(before);
  });

  it("200: update, tag and move are checked: they publish", async () => {
    const { alice, admin, world, acme } = checked;
    await unwrap(admin.publishTemplate({ body: failing(), force: "true" }));
    const { templateId } = failing();
    const operations: TemplateOperation[] = [
      { op: "tag", templateId, add: ["new"] },
      { op: "move", templateId, category: "other" },
      { op: "update", templateId, changes: { description: "Other" } },
      { op: "update", templateId, changes: { content: { tests: null, dependencies: { agents: { writer: "^1" } } } } },
    ];
    expect(await outcomes(bulk(operations))).toEqual([
      "tag 422 failed tests_failed",
      "move 422 failed tests_failed",
      "update 422 failed tests_failed",
      "update 422 failed dependencies_unsatisfiable",
    ]);
    await publishAgent(world, acme, "writer", "1.0.0");
    const [outcome] = await outcomes(bulk(operations.slice(3)));
    expect(outcome).toMatch(/^update 201 created /);
    expect((await unwrap(alice.getTemplate({ templateId }))).template.agents).toEqual(["collector", "editor"]);
  });

  it("503 dependency_unavailable: nothing is applied, and the same key works again", async () => {
    const { alice, state, world } = checked;
    await unwrap(alice.publishTemplate({ body: sound() }));
    const operations: TemplateOperation[] = [
      { op: "tag", templateId: "release-notes", add: ["new"] },
      publishing(sound({ templateId: "t" })),
    ];
    const before = await storedRows(world);
    state.isDown = true;
    const send = () => alice.bulkTemplates({ body: { operations } }, { idempotencyKey: "k" });
    const refused = await send();
    expect(refused).toBeProblem(503, "dependency_unavailable");
    expect(refused.headers.get("retry-after")).toBeTruthy();
    expect(await storedRows(world)).toBe(before);
    state.isDown = false;
    expect(await outcomes(send())).toEqual(["tag 201 created 1.0.1", "publish 201 created 1.0.0"]);
    state.isDown = true;
    const again = await send();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("200 while the registry is down: what is there already, and what depends on nothing", async () => {
    const { alice, state } = checked;
    await unwrap(alice.publishTemplate({ body: sound() }));
    state.isDown = true;
    expect(await outcomes(bulk([publishing(sound())]))).toEqual(["publish 200 identical 1.0.0"]);
  });

  it("201 and 403 forbidden: by force, for who may", async () => {
    const { admin, alice, world } = checked;
    const operations = [publishing(failing(), { force: true }), publishing(sound({ templateId: "t" }))];
    expect(await outcomes(alice.bulkTemplates({ body: { operations } }))).toEqual([
      "publish 403 failed forbidden",
      "publish 201 created 1.0.0",
    ]);
    const { results } = await unwrap(admin.bulkTemplates({ body: { operations } }));
    expect(results[0]).toMatchObject({ status: 201, outcome: "created" });
    expect(results[0]?.warnings?.map(({ code }) => code)).toContain("publish_forced");
    const [entry] = await world.database.query(
      "SELECT details FROM marketplace.audit_log WHERE resource_id = 'release-notes'",
    );
    expect(entry).toMatchObject({ details: { forced: true, failed: "tests_failed" } });
  });

  it("201 under warn, and of drafts: what was found is in the warnings, and a registry that is down is asked no more", async () => {
    const { admin, state, asked } = checked;
    await unwrap(admin.publishTemplate({ body: sound() }));
    const draft = publishing(failing({ version: "1.1.0" }), { draft: true });
    const drafted = await unwrap(bulk([draft]));
    expect(drafted.results[0]).toMatchObject({ status: 201, warnings: expect.any(Array) });
    await unwrap(admin.updateMarketplaceSettings({ body: { semverPolicy: "off", publishChecks: "warn" } }));
    state.isDown = true;
    const before = asked();
    const operations = Array.from({ length: 8 }, (_, index) => publishing(sound({ templateId: `t-${index}` })));
    const { results } = await unwrap(bulk(operations));
    for (const { status, warnings } of results) {
      expect(status).toBe(201);
      expect(warnings?.map(({ code }) => code)).toContain("dependency_unavailable");
    }
    expect(asked() - before).toBe(2);
  });
});

describe("bulkBuilderTemplates under enforce", () => {
  it("503 dependency_unavailable: a prompt that names agents is tagged when they can be looked up", async () => {
    const { alice, state } = await checkedMarketplace();
    const content = {
      kind: "prompt" as const,
      instructions: "Help with {{ goal }}.",
      input: [{ type: "input_text" as const, text: "Now" }],
      dependencies: { agents: { collector: "^1.0.0" } },
    };
    await unwrap(alice.publishTemplate({ body: { templateId: "coach", name: "Coach", version: "1.0.0", content } }));
    const operations = [{ op: "tag" as const, id: "coach", add: ["new"] }];
    state.isDown = true;
    expect(await alice.bulkBuilderTemplates({ body: { operations } })).toBeProblem(503, "dependency_unavailable");
    state.isDown = false;
    const { results } = await unwrap(alice.bulkBuilderTemplates({ body: { operations } }));
    expect(results).toMatchObject([{ status: 201, outcome: "created", version: "1.0.1" }]);
  });
});
