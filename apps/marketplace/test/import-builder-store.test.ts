import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { withPrompt } from "./prompts.ts";
import { prompt } from "./templates.ts";

const at = (day: number) => `2025-01-${String(day).padStart(2, "0")}T08:00:00.000Z`;
const old = {
  id: "tmpl_6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
  name: "Old",
  description: "From before",
  instructions: "Third",
  model: "gpt-4.1",
  input: [{ id: "in_1", type: "input_text", text: "{{ x }}" }],
  metadata: { a: "1" },
  channels: { slack: true, email: false, inApp: false },
  tools: { builtin: ["web_search"] },
  maxToolCalls: 3,
  deployments: { production: { slack: true, email: false } },
  safetyIdentifier: "focus-old",
  createdAt: at(1),
  updatedAt: at(3),
  history: [
    { version: 1, description: "", instructions: "First", updatedAt: at(1) },
    { version: 2, description: "", instructions: "Second", updatedAt: at(2) },
    { version: 3, description: "From before", instructions: "Third", updatedAt: at(3) },
  ],
  folder: { colour: "red" },
};
const second = { ...old, id: "tmpl_2", name: "Second" };

describe("importBuilderStore", () => {
  it("200: nothing is lost, and the same again changes nothing, also after it was changed here", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("publisher"));
    const send = () => unwrap(client.importBuilderStore({ body: { templates: [old, second] } }));
    expect((await send()).summary).toEqual({ imported: 2, unchanged: 0, conflict: 0, invalid: 0 });
    const { version, ...shown } = await unwrap(client.getBuilderTemplate({ id: old.id }));
    expect({ version, shown }).toEqual({ version: "1.0.0", shown: old });
    const changed = await unwrap(client.updateBuilderTemplate({ id: old.id, body: { name: "New" } }));
    expect(changed.history.at(-1)?.version).toBe(4);
    expect((await send()).summary).toEqual({ imported: 0, unchanged: 2, conflict: 0, invalid: 0 });
    expect(await unwrap(client.getBuilderTemplate({ id: old.id }))).toEqual(changed);
    // What one store shows, another takes.
    const { templates } = await unwrap(client.listBuilderTemplates());
    const elsewhere = world.as(await world.person("publisher"));
    await unwrap(elsewhere.importBuilderStore({ body: { templates } }));
    const again = await unwrap(elsewhere.listBuilderTemplates());
    expect(again.templates.map(({ version: _version, ...rest }) => rest)).toEqual(
      templates.map(({ version: _version, ...rest }) => rest),
    );
  });

  it("200: what is wrong or in the way is explained, each with its place, and the others are imported", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const templates = [{ ...old, name: "" }, 7, second, { ...second, name: "Twice" }, { ...old, id }];
    const { items, summary } = await unwrap(client.importBuilderStore({ body: { templates } }));
    expect(summary).toEqual({ imported: 1, unchanged: 0, conflict: 1, invalid: 3 });
    expect(items.map(({ outcome, errors }) => [outcome, errors?.[0]?.path])).toEqual([
      ["invalid", "$.templates[0].name"],
      ["invalid", "$.templates[1]"],
      ["imported", undefined],
      ["invalid", "$.templates[3].id"],
      ["conflict", undefined],
    ]);
    const changed = await unwrap(client.importBuilderStore({ body: { templates: [{ ...second, name: "Other" }] } }));
    expect(changed.summary.conflict).toBe(1);
    expect((await unwrap(client.getBuilderTemplate({ id: second.id }))).name).toBe("Second");
  });

  it("200: whoever publishes under the same id at the same time comes first or second, and never fails", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("publisher"));
    for (let round = 0; round < 10; round += 1) {
      const id = `both-${round}`;
      const [imported, published] = await Promise.all([
        client.importBuilderStore({ body: { templates: [{ ...old, id }] } }),
        client.publishTemplate({ body: prompt({ templateId: id }) }),
      ]);
      const outcome = imported.ok ? imported.body.items[0]?.outcome : imported.problem.code;
      expect([
        ["imported", 409],
        ["conflict", 201],
      ]).toContainEqual([outcome, published.status]);
    }
  });

  it("200 with dryRun: told, and not done", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("publisher"));
    const told = await unwrap(client.importBuilderStore({ body: { templates: [old], dryRun: true } }));
    expect(told).toMatchObject({ dryRun: true, summary: { imported: 1 } });
    expect(await client.getBuilderTemplate({ id: old.id })).toBeProblem(404, "template_not_found");
  });
});
