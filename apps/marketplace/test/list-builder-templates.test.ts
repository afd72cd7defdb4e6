import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { withPrompt } from "./prompts.ts";

const names = ["Daily Focus Coach", "Meeting Prep Companion", "Campaign Tracker Digest"];

describe("listBuilderTemplates", () => {
  it("200: the seeds where nothing is, once, however many ask at once; by the system, audited and in the feed", async () => {
    const { as, person, database } = await marketplace();
    const reader = as(await person("viewer", "acme"));
    const answers = await Promise.all(Array.from({ length: 8 }, () => unwrap(reader.listBuilderTemplates())));
    for (const { templates } of answers) expect(templates.map(({ name }) => name)).toEqual(names);
    expect(new Set(answers.flatMap(({ templates }) => templates.map(({ id }) => id))).size).toBe(3);
    const audit = await database.query(
      "SELECT DISTINCT actor, action FROM marketplace.audit_log WHERE tenant_id = 'acme'",
    );
    expect(audit).toEqual([{ actor: "system", action: "template.version_published" }]);
  });

  it("200: one's own tenant's prompts only, the latest changed first; no seeds where there is one", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const other = await unwrap(
      client.createBuilderTemplate({ body: { ...(await unwrap(client.getBuilderTemplate({ id }))), name: "Two" } }),
    );
    await unwrap(client.updateBuilderTemplate({ id, body: { description: "now" } }));
    const { templates } = await unwrap(client.listBuilderTemplates());
    expect(templates.map((template) => template.id)).toEqual([id, other.id]);
    const stranger = world.as(await world.person("viewer"));
    expect((await unwrap(stranger.listBuilderTemplates())).templates.map(({ name }) => name)).toEqual(names);
  });
});
