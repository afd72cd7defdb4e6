import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("listAgentAudit", () => {
  it("200: who did what, newest first, in pages", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    for (const version of ["1.0.0", "1.1.0", "1.2.0"]) {
      await admin.publishAgent(
        { body: given.manifest({ version }) },
        { headers: { "x-correlation-id": `build-${version}` } },
      );
    }
    const first = await unwrap(admin.listAgentAudit({ agentId: "greeter", limit: 2 }));
    expect(first.entries.map(({ version }) => version)).toEqual(["1.2.0", "1.1.0"]);
    expect(first.entries[0]).toMatchObject({
      action: "agent.version_published",
      resourceType: "agent",
      resourceId: "greeter",
      correlationId: "build-1.2.0",
      actor: expect.stringMatching(/^token:/),
    });
    const { nextCursor = "" } = first;
    const second = await unwrap(admin.listAgentAudit({ agentId: "greeter", limit: 2, cursor: nextCursor }));
    expect(second.entries.map(({ version }) => version)).toEqual(["1.0.0"]);
    expect(second.nextCursor).toBeUndefined();
  });

  it("one action's entries only, in pages of their own", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    const agentId = "greeter";
    for (const version of ["1.0.0", "1.1.0", "1.2.0"]) await admin.publishAgent({ body: given.manifest({ version }) });
    for (const targetVersion of ["1.0.0", "1.1.0", "1.0.0"]) {
      await unwrap(admin.rollbackAgent({ agentId, body: { targetVersion, reason: targetVersion } }));
    }
    const query = { agentId, action: "agent.rolled_back", limit: 2 };
    const first = await unwrap(admin.listAgentAudit(query));
    const { nextCursor: cursor = "" } = first;
    const second = await unwrap(admin.listAgentAudit({ ...query, cursor }));
    expect([...first.entries, ...second.entries].map(({ reason }) => reason)).toEqual(["1.0.0", "1.1.0", "1.0.0"]);
    expect(await admin.listAgentAudit({ agentId, cursor })).toBeProblem(400, "cursor_invalid");
    expect(await unwrap(admin.listAgentAudit({ agentId, action: "agent.deleted" }))).toEqual({ entries: [] });
    expect(await admin.listAgentAudit({ agentId, action: "%" })).toBeProblem(400, "request_invalid");
  });

  it("404 agent_not_found: also for another tenant's public agent; 400 cursor_invalid", async () => {
    const { as, given } = await registry();
    await as(await given.publisher("globex")).publishAgent({ body: given.manifest(), visibility: "public" });
    const admin = as(await given.admin("acme"));
    expect(await admin.listAgentAudit({ agentId: "greeter" })).toBeProblem(404, "agent_not_found");
    expect(await admin.listAgentAudit({ agentId: "greeter", cursor: "abc" })).toBeProblem(400, "cursor_invalid");
  });

  it("the database refuses the service to change or remove an entry", async () => {
    const { as, given, deps } = await registry();
    await as(await given.publisher()).publishAgent({ body: given.manifest() });
    await expect(deps.db.pool.query("UPDATE audit_log SET actor = 'nobody'")).rejects.toThrow(/permission denied/);
    await expect(deps.db.pool.query("DELETE FROM audit_log")).rejects.toThrow(/permission denied/);
    await expect(deps.db.pool.query("UPDATE agent_versions SET document = '{}'")).rejects.toThrow(/permission denied/);
  });
});
