import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { nobodys, withPrompt } from "./prompts.ts";

const body = { tenantId: "somebody", variables: { goal: "{{ tasks }}", tasks: "$&" } };

describe("compileBuilderTemplate", () => {
  it("200: the request with values as they are, for a reader too", async () => {
    const world = await marketplace();
    const { alice, id } = await withPrompt(world);
    const reader = world.as(await world.person("viewer", alice.tenant));
    const { request, tenantId } = await unwrap(reader.compileBuilderTemplate({ id, body }));
    expect(tenantId).toBe("somebody");
    expect(request).toMatchObject({
      instructions: "Help with {{ tasks }}.",
      input: [{ role: "user", content: [{ type: "input_text", text: "Open: $&" }] }],
      metadata: { template_id: id, template_name: "Coach", safety_identifier: "focus-coach" },
    });
  });

  it("400 variable_missing: every one that has no value, by name", async () => {
    const { client, id } = await withPrompt(await marketplace());
    const refused = await client.compileBuilderTemplate({ id, body: { tenantId: "x", variables: { other: "1" } } });
    expect(refused).toBeProblem(400, "variable_missing");
    expect(refused).toMatchObject({
      problem: { errors: [{ path: '$.variables["goal"]' }, { path: '$.variables["tasks"]' }] },
    });
  });

  it("404 template_not_found: also for another tenant's", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const stranger = world.as(await world.person("admin"));
    expect(await stranger.compileBuilderTemplate({ id, body })).toBeProblem(404, "template_not_found");
    expect(await client.compileBuilderTemplate({ id: nobodys, body })).toBeProblem(404, "template_not_found");
  });
});
