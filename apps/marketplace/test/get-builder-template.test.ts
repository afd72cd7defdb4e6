import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { nobodys, withPrompt } from "./prompts.ts";

describe("getBuilderTemplate", () => {
  it("200: the prompt as it was created, with an ETag that changes with it", async () => {
    const { client, id } = await withPrompt(await marketplace(), { metadata: { team: "a" } });
    const first = await client.getBuilderTemplate({ id });
    expect(first).toMatchObject({ body: { id, name: "Coach", metadata: { team: "a" }, deployments: {} } });
    await unwrap(
      client.deployBuilderTemplate({ id, body: { environment: "staging", channel: "email", enabled: true } }),
    );
    const second = await client.getBuilderTemplate({ id });
    expect(second.headers.get("etag")).not.toBe(first.headers.get("etag"));
  });

  it("404 template_not_found: also for another tenant's, and for ids of any form", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const stranger = world.as(await world.person("admin"));
    expect(await stranger.getBuilderTemplate({ id })).toBeProblem(404, "template_not_found");
    for (const other of [nobodys, "x", "../x", "%", "tmpl_'--"]) {
      const refused = await client.getBuilderTemplate({ id: other });
      expect(refused).toBeProblem(404, "template_not_found");
      expect(refused).toMatchObject({ problem: { error: "not found" } });
    }
  });
});
