import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("deleteChannel", () => {
  it("200: answers what the channel was; the version stays, the history too", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    await unwrap(admin.publishAgent({ body: given.manifest() }));
    const order = { agentId: "greeter", channel: "beta" };
    await unwrap(admin.setChannel({ ...order, body: { version: "1.0.0" } }));
    const deleted = await admin.deleteChannel(order);
    expect(deleted).toMatchObject({ status: 200, body: { channel: { channel: "beta", version: "1.0.0" } } });
    const { agent } = await unwrap(admin.getAgent({ agentId: "greeter" }));
    expect(agent.channels.map(({ channel }) => channel)).toEqual(["latest"]);
    expect(agent.versions).toHaveLength(1);
    const { entries } = await unwrap(admin.listAgentAudit({ agentId: "greeter" }));
    expect(entries[0]).toMatchObject({
      action: "agent.channel_deleted",
      version: "1.0.0",
      changeId: deleted.headers.get("nofx-change"),
      details: { channel: "beta", from: "1.0.0" },
    });
  });

  it("404 agent_not_found, channel_not_found; 412 precondition_failed; 400 for latest", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    const order = { agentId: "greeter", channel: "beta" };
    expect(await admin.deleteChannel(order)).toBeProblem(404, "agent_not_found");
    await unwrap(admin.publishAgent({ body: given.manifest() }));
    expect(await admin.deleteChannel(order)).toBeProblem(404, "channel_not_found");
    expect(await admin.deleteChannel(order, { ifMatch: '"9.x"' })).toBeProblem(412, "precondition_failed");
    expect(await admin.deleteChannel({ ...order, channel: "latest" })).toBeProblem(400, "request_invalid");
  });
});
