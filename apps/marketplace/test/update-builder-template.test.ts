import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { nobodys, withPrompt } from "./prompts.ts";

describe("updateBuilderTemplate", () => {
  it("200: the next version, by what has changed; older versions stay as they were published", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const update = async (body: Parameters<typeof client.updateBuilderTemplate>[0]["body"]) =>
      (await unwrap(client.updateBuilderTemplate({ id, body }))).version;
    expect(await update({ description: "words" })).toBe("1.0.1");
    expect(await update({ model: "another" })).toBe("1.1.0");
    expect(await update({ instructions: "Help {{ who }} with {{ goal }}." })).toBe("2.0.0");
    const versions = await world.database.query<{ version: string; document: string }>(
      "SELECT version, document FROM marketplace.template_versions ORDER BY precedence",
    );
    expect(versions.map(({ version }) => version)).toEqual(["1.0.0", "1.0.1", "1.1.0", "2.0.0"]);
    expect(JSON.parse(versions[0]?.document ?? "")).toMatchObject({
      templateId: id,
      content: { model: "gpt-4.1-mini" },
    });
  });

  it("200: 20 at once all count, and time goes on with each even if the clock stands still", async () => {
    const now = new Date("2026-11-22T09:30:00.000Z");
    const { client, id } = await withPrompt(await marketplace({}, { now: () => now }));
    const updates = Array.from({ length: 20 }, (_, n) =>
      client.updateBuilderTemplate({ id, body: { description: `number ${n}` } }),
    );
    const times = (await Promise.all(updates)).map((answer) =>
      answer.ok ? answer.body.updatedAt : answer.problem.code,
    );
    expect(new Set(times).size).toBe(20);
    const { history } = await unwrap(client.getBuilderHistory({ id }));
    expect(history.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
  });

  it("404 template_not_found: also for another tenant's, which stays as it is", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const stranger = world.as(await world.person("admin"));
    expect(await stranger.updateBuilderTemplate({ id, body: { name: "Mine" } })).toBeProblem(404, "template_not_found");
    expect(await client.updateBuilderTemplate({ id: nobodys, body: {} })).toBeProblem(404, "template_not_found");
    expect(await unwrap(client.getBuilderTemplate({ id }))).toMatchObject({ name: "Coach", version: "1.0.0" });
  });

  it("412 precondition_failed: the state that If-Match names is gone; with the present one it is 200", async () => {
    const { client, id } = await withPrompt(await marketplace());
    const { headers } = await client.getBuilderTemplate({ id });
    const ifMatch = headers.get("etag") ?? "";
    expect(await client.updateBuilderTemplate({ id, body: { name: "A" } }, { ifMatch })).toMatchObject({ status: 200 });
    const late = await client.updateBuilderTemplate({ id, body: { name: "B" } }, { ifMatch });
    expect(late).toBeProblem(412, "precondition_failed");
  });
});
