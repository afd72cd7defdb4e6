import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type PromptOperation, stateOf, words } from "./bulk.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { newPrompt, nobodys } from "./prompts.ts";
import { prompt, workflow } from "./templates.ts";

const reason = "testing";

describe("bulkBuilderTemplates", () => {
  let world: TestMarketplace;
  let client: MarketplaceClient;
  let id: string;
  beforeEach(async () => {
    world = await marketplace();
    client = world.as(await world.person("admin", "acme"));
    ({ id } = await unwrap(client.createBuilderTemplate({ body: newPrompt() })));
  });
  const bulk = (operations: PromptOperation[], atomic = false) =>
    client.bulkBuilderTemplates({ body: { operations, atomic } });
  const told = async (operations: PromptOperation[]) => (await unwrap(bulk(operations))).results.map(words);

  it("200: creates, changes and switches prompts as the single operations do", async () => {
    const { results } = await unwrap(
      bulk([
        { op: "create", template: newPrompt({ name: "Fresh" }) },
        { op: "update", id, changes: { description: "Plans the day.", model: "gpt-5" } },
        { op: "deploy", id, environment: "production", channel: "slack", enabled: true },
        { op: "update", id, changes: {} },
        { op: "update", id: nobodys, changes: {} },
        { op: "deploy", id: nobodys, environment: "production", channel: "slack", enabled: true },
      ]),
    );
    expect(results.map(words)).toEqual([
      "create 201 created 1.0.0",
      "update 200 changed 1.1.0",
      "deploy 200 changed 1.1.0",
      "update 200 changed 1.1.1",
      "update 404 failed template_not_found",
      "deploy 404 failed template_not_found",
    ]);
    const fresh = await unwrap(client.getBuilderTemplate({ id: results[0]?.templateId ?? "" }));
    expect(fresh).toMatchObject({ name: "Fresh", version: "1.0.0", channels: { inApp: true } });
    const changed = await unwrap(client.getBuilderTemplate({ id }));
    expect(changed).toMatchObject({ model: "gpt-5", deployments: { production: { slack: true } } });
    expect(changed.history).toHaveLength(3);
  });

  it("200: tags and categories are those of the marketplace; the prompt and its past stay", async () => {
    const before = await unwrap(client.getBuilderTemplate({ id }));
    const operations: PromptOperation[] = [
      { op: "tag", id, add: ["planning"] },
      { op: "move", id, category: "focus" },
      { op: "tag", id, remove: ["absent"] },
    ];
    expect(await told(operations)).toEqual([
      "tag 201 created 1.0.1",
      "move 201 created 1.0.2",
      "tag 200 unchanged 1.0.2",
    ]);
    const { template } = await unwrap(client.getTemplate({ templateId: id }));
    expect(template).toMatchObject({ tags: ["planning"], category: "focus", currentVersion: "1.0.2" });
    const after = await unwrap(client.getBuilderTemplate({ id }));
    const { history, version: _version, updatedAt: _at, ...rest } = after;
    expect(before).toMatchObject(rest);
    expect(history).toHaveLength(3);
  });

  it("200: archive and delete take a prompt out of the builder, restore takes it back, nothing is erased", async () => {
    const of = { id, reason };
    expect(
      await told([
        { op: "update", id, changes: { description: "Second." } },
        { op: "deprecate", ...of },
        { op: "archive", ...of, version: "1.0.0" },
        { op: "restore", ...of, version: "1.0.0" },
        { op: "delete", ...of },
        { op: "archive", ...of },
        { op: "update", id, changes: {} },
        { op: "tag", id, add: ["new"] },
        { op: "move", id, category: "new" },
      ]),
    ).toEqual([
      "update 200 changed 1.0.1",
      "deprecate 200 changed",
      "archive 200 changed 1.0.0",
      "restore 200 changed 1.0.0",
      "delete 200 changed",
      "archive 200 unchanged",
      "update 404 failed template_not_found",
      "tag 404 failed template_not_found",
      "move 404 failed template_not_found",
    ]);
    expect(await client.getBuilderTemplate({ id })).toBeProblem(404, "template_not_found");
    expect(await told([{ op: "restore", ...of }])).toEqual(["restore 200 changed"]);
    expect(await unwrap(client.getBuilderTemplate({ id }))).toMatchObject({ description: "Second.", version: "1.0.1" });
  });

  it("200: knows prompts only, those that were published to the marketplace too", async () => {
    await unwrap(client.publishTemplate({ body: workflow() }));
    await unwrap(client.publishTemplate({ body: prompt() }));
    const workflowId = { id: "release-notes" };
    expect(
      await told([
        { op: "update", ...workflowId, changes: {} },
        { op: "tag", ...workflowId, add: ["new"] },
        { op: "delete", ...workflowId, reason },
        { op: "update", id: "coach", changes: { description: "Coaches." } },
      ]),
    ).toEqual([
      "update 404 failed template_not_found",
      "tag 404 failed template_not_found",
      "delete 404 failed template_not_found",
      "update 200 changed 1.0.1",
    ]);
  });

  it("200: each operation needs the scope of its single one", async () => {
    const publisher = world.as(await world.person("publisher", "acme"));
    const operations: PromptOperation[] = [
      { op: "create", template: newPrompt() },
      { op: "deploy", id, environment: "staging", channel: "email", enabled: true },
      { op: "archive", id, version: "1.0.0", reason },
      { op: "deprecate", id, reason },
    ];
    const { results } = await unwrap(publisher.bulkBuilderTemplates({ body: { operations } }));
    expect(results.map(words)).toEqual([
      "create 201 created 1.0.0",
      "deploy 200 changed 1.0.0",
      "archive 403 failed forbidden",
      "deprecate 403 failed forbidden",
    ]);
  });

  it("200: atomic with a failure, and a dry run, write nothing", async () => {
    const before = await stateOf(world);
    const operations: PromptOperation[] = [
      { op: "create", template: newPrompt() },
      { op: "update", id, changes: { description: "New" } },
      { op: "deploy", id, environment: "staging", channel: "email", enabled: true },
      { op: "delete", id: nobodys, reason },
    ];
    expect(await unwrap(bulk(operations, true))).toMatchObject({
      ...{ dryRun: false, atomic: true, applied: false },
      summary: { succeeded: 0, failed: 1, skipped: 3 },
    });
    expect(await unwrap(client.bulkBuilderTemplates({ body: { operations }, dryRun: "true" }))).toMatchObject({
      ...{ dryRun: true, applied: false },
      summary: { succeeded: 3, failed: 1, skipped: 0 },
    });
    expect(await stateOf(world)).toBe(before);
  });

  it("400 request_invalid: as the builder's callers know errors, with the path", async () => {
    const answer = await bulk([{ op: "publish", manifest: {} } as unknown as PromptOperation]);
    expect(answer).toBeProblem(400, "request_invalid");
    if (answer.ok) throw new Error("accepted");
    expect(answer.problem).toMatchObject({
      errors: [{ path: "$.operations[0].op" }],
      error: { fieldErrors: { operations: [expect.any(String)] } },
    });
    const nameless = { op: "create", template: { ...newPrompt(), name: "" } } as PromptOperation;
    const refused = await bulk([nameless]);
    expect(refused.ok || refused.problem.errors).toMatchObject([{ path: "$.operations[0].template.name" }]);
  });
});
