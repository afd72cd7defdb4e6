import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { nobodys, withPrompt } from "./prompts.ts";

const slack = { environment: "production", channel: "slack", enabled: true } as const;

describe("deployBuilderTemplate", () => {
  it("200: switched there and nowhere else; the version stays, the audit log knows", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    await unwrap(client.deployBuilderTemplate({ id, body: slack }));
    await unwrap(client.deployBuilderTemplate({ id, body: { ...slack, environment: "staging" } }));
    const { deployments, version, history } = await unwrap(
      client.deployBuilderTemplate({ id, body: { ...slack, enabled: false } }),
    );
    expect({ deployments, version, states: history.length }).toEqual({
      deployments: { production: { slack: false }, staging: { slack: true } },
      version: "1.0.0",
      states: 1,
    });
    const audit = await world.database.query(
      "SELECT details FROM marketplace.audit_log WHERE action = 'template.deployed' ORDER BY id",
    );
    expect(audit.at(-1)).toEqual({ details: { ...slack, enabled: false } });
  });

  it("404 template_not_found: also for another tenant's", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const stranger = world.as(await world.person("admin"));
    expect(await stranger.deployBuilderTemplate({ id, body: slack })).toBeProblem(404, "template_not_found");
    expect(await client.deployBuilderTemplate({ id: nobodys, body: slack })).toBeProblem(404, "template_not_found");
  });
});
