import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { withPrompt } from "./prompts.ts";

describe("listMarketplaceAudit", () => {
  it("200: who did what to one's own templates, newest first; 403 without audit:read", async () => {
    const world = await marketplace();
    const { alice, client, id } = await withPrompt(world);
    await unwrap(
      client.deployBuilderTemplate({ id, body: { environment: "staging", channel: "email", enabled: true } }),
    );
    const admin = world.as(await world.person("admin", alice.tenant));
    const { entries } = await unwrap(admin.listMarketplaceAudit({ resourceType: "template", resourceId: id }));
    expect(entries.map(({ action }) => action)).toEqual(["template.deployed", "template.version_published"]);
    expect(await client.listMarketplaceAudit()).toBeProblem(403, "forbidden");
    const stranger = world.as(await world.person("admin"));
    expect((await unwrap(stranger.listMarketplaceAudit())).entries).toEqual([]);
  });

  it("400 cursor_invalid", async () => {
    const world = await marketplace();
    const admin = world.as(await world.person("admin"));
    expect(await admin.listMarketplaceAudit({ cursor: "abc" })).toBeProblem(400, "cursor_invalid");
  });
});
