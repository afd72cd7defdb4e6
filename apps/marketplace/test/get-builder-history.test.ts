import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { nobodys, withPrompt } from "./prompts.ts";

describe("getBuilderHistory", () => {
  it("200: each state with its words, oldest first", async () => {
    const { client, id } = await withPrompt(await marketplace());
    await unwrap(client.updateBuilderTemplate({ id, body: { description: "later" } }));
    const { history } = await unwrap(client.getBuilderHistory({ id }));
    expect(history.map(({ version, description }) => [version, description])).toEqual([
      [1, ""],
      [2, "later"],
    ]);
  });

  it("404 template_not_found: also for another tenant's", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const stranger = world.as(await world.person("admin"));
    expect(await stranger.getBuilderHistory({ id })).toBeProblem(404, "template_not_found");
    expect(await client.getBuilderHistory({ id: nobodys })).toBeProblem(404, "template_not_found");
  });
});
