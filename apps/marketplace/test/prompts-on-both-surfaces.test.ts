import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { prompt } from "./templates.ts";

describe("a prompt", () => {
  it("made by the builder is a template of kind prompt, for its own tenant", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("admin", "acme"));
    const body = {
      name: "Mine",
      instructions: "Say {{ x }}.",
      input: [{ type: "input_text" as const, text: "{{ y }}" }],
    };
    const { id } = await unwrap(alice.createBuilderTemplate({ body }));
    const { template } = await unwrap(alice.getTemplate({ templateId: id }));
    expect(template).toMatchObject({
      kind: "prompt",
      name: "Mine",
      currentVersion: "1.0.0",
      visibility: "private",
      tags: [],
    });
    expect(
      (await unwrap(alice.listTemplates({ kind: "prompt" }))).templates.map(({ templateId }) => templateId),
    ).toEqual([id]);
    expect(await world.anonymous.getTemplate({ templateId: id, tenant: "acme" })).toBeProblem(
      404,
      "template_not_found",
    );
    const document = await unwrap(alice.getTemplateVersion({ templateId: id, version: "1.0.0" }));
    const again = await alice.publishTemplate({
      body: document as Parameters<typeof alice.publishTemplate>[0]["body"],
    });
    expect(again).toMatchObject({ status: 200, body: { outcome: "identical", warnings: [] } });
  });

  it("published in the marketplace is in the builder's list, with what it leaves out as in a new one", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("admin"));
    await unwrap(alice.publishTemplate({ body: prompt() }));
    const { templates } = await unwrap(alice.listBuilderTemplates());
    expect(templates).toHaveLength(1);
    expect(templates[0]).toMatchObject({
      id: "coach",
      name: "Coach",
      model: "gpt-4.1-mini",
      input: [{ id: "input-1", type: "input_text", text: "{{ open }}" }],
      channels: { slack: false, email: false, inApp: true },
      safetyIdentifier: "focus-coach",
      version: "1.0.0",
      history: [{ version: 1, instructions: "Propose three things for {{ goal }}." }],
    });
    const order = { tenantId: "acme", variables: { goal: "peace", open: "all" } };
    const compiled = await unwrap(alice.compileBuilderTemplate({ id: "coach", body: order }));
    expect(compiled.request.instructions).toBe("Propose three things for peace.");
  });

  it("has a new state in the builder with every version that becomes current, and after a rollback", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("admin"));
    const at = (version: string, instructions: string) =>
      prompt({ version, content: { kind: "prompt", instructions, input: [{ type: "input_text", text: "x" }] } });
    await unwrap(alice.publishTemplate({ body: at("1.0.0", "one") }));
    await unwrap(alice.publishTemplate({ body: at("2.0.0", "two") }));
    await unwrap(alice.publishTemplate({ body: at("1.0.1", "not current") }));
    await unwrap(alice.publishTemplate({ body: at("3.0.0", "draft"), draft: "true" }));
    await unwrap(alice.rollbackTemplate({ templateId: "coach", body: { targetVersion: "1.0.0", reason: "Better." } }));
    const { history } = await unwrap(alice.getBuilderHistory({ id: "coach" }));
    expect(history.map(({ version, instructions }) => [version, instructions])).toEqual([
      [1, "one"],
      [2, "two"],
      [3, "one"],
    ]);
    const times = history.map(({ updatedAt }) => updatedAt);
    expect(new Set(times).size).toBe(3);
    expect(times.toSorted()).toEqual(times);
  });

  it("that is disabled is not in the builder, as if it were absent, and one that is deprecated stays", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("admin", "acme"));
    for (const templateId of ["coach", "other"]) await unwrap(alice.publishTemplate({ body: prompt({ templateId }) }));
    const set = async (status: "active" | "deprecated" | "disabled") =>
      await unwrap(alice.setTemplateStatus({ templateId: "coach", body: { status, reason: "testing" } }));
    const listed = async () => (await unwrap(alice.listBuilderTemplates())).templates.map(({ id }) => id).toSorted();
    const order = { tenantId: "acme", variables: { goal: "x", open: "x" } };
    const calls = (id: string) => [
      () => alice.getBuilderTemplate({ id }),
      () => alice.getBuilderHistory({ id }),
      () => alice.updateBuilderTemplate({ id, body: { description: "Changed." } }),
      () => alice.deployBuilderTemplate({ id, body: { environment: "production", channel: "slack", enabled: true } }),
      () => alice.compileBuilderTemplate({ id, body: order }),
      () => alice.runBuilderTemplate({ id, body: order }),
    ];
    await set("deprecated");
    expect(await listed()).toEqual(["coach", "other"]);
    await set("disabled");
    expect(await listed()).toEqual(["other"]);
    for (const call of calls("coach")) expect(await call()).toBeProblem(404, "template_not_found");
    expect((await unwrap(alice.getTemplate({ templateId: "coach" }))).template.currentVersion).toBe("1.0.0");
    await set("active");
    expect(await listed()).toEqual(["coach", "other"]);
    for (const call of calls("coach")) expect((await call()).ok).toBe(true);
  });

  it("disabled as the only one does not make room for seeds", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("admin"));
    await unwrap(alice.publishTemplate({ body: prompt() }));
    await unwrap(alice.setTemplateStatus({ templateId: "coach", body: { status: "disabled", reason: "testing" } }));
    expect(await unwrap(alice.listBuilderTemplates())).toEqual({ templates: [] });
  });

  it("keeps what the builder knows nothing of when the builder changes it, and takes a version that is free", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("admin", "acme"));
    await unwrap(alice.publishTemplate({ body: prompt(), visibility: "public" }));
    await unwrap(alice.publishTemplate({ body: prompt({ version: "1.0.1", description: "Later." }) }));
    await unwrap(alice.rollbackTemplate({ templateId: "coach", body: { targetVersion: "1.0.0", reason: "Better." } }));
    const changed = await unwrap(alice.updateBuilderTemplate({ id: "coach", body: { description: "By hand." } }));
    expect(changed).toMatchObject({ id: "coach", version: "2.0.0", description: "By hand." });
    const document = await unwrap(alice.getTemplateVersion({ templateId: "coach", version: "2.0.0" }));
    expect(document).toMatchObject({
      templateId: "coach",
      tags: ["planning"],
      metadata: { owner: "team-a" },
      content: { variables: { goal: { required: true } } },
    });
    const { template } = await unwrap(world.anonymous.getTemplate({ templateId: "coach", tenant: "acme" }));
    expect(template).toMatchObject({ currentVersion: "2.0.0", description: "By hand.", tags: ["planning"] });
    const [change] = await world.database.query<{ visibility: string }>(
      "SELECT visibility FROM (SELECT change_id, visibility FROM marketplace.outbox UNION ALL SELECT change_id, visibility FROM marketplace.changes) c ORDER BY change_id DESC LIMIT 1",
    );
    expect(change?.visibility).toBe("public");
  });
});
