import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("getAgent", () => {
  it("200: the current version's fields, metadata and all versions, highest first", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher("acme"));
    for (const version of ["1.0.0", "1.10.0", "1.9.0", "2.0.0-beta.2", "2.0.0-beta.11"]) {
      await unwrap(alice.publishAgent({ body: given.manifest({ version, sourceCommit: "0123abc" }) }));
    }
    const { agent } = await unwrap(alice.getAgent({ agentId: "greeter" }));
    expect(agent).toMatchObject({
      tenant: "acme",
      currentVersion: "1.10.0",
      metadata: { owner: "team-a", source: "tests" },
    });
    expect(agent.ownerId).toMatch(/^token:/);
    expect(agent.versions.map(({ version }) => version)).toEqual([
      "2.0.0-beta.11",
      "2.0.0-beta.2",
      "1.10.0",
      "1.9.0",
      "1.0.0",
    ]);
    expect(agent.versions[0]).toMatchObject({
      status: "active",
      sourceCommit: "0123abc",
      checksum: agent.versions[0]?.digest,
    });
  });

  it("404 agent_not_found: absent, private elsewhere, or anonymous without a tenant", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher("acme"));
    const bob = as(await given.publisher("globex"));
    await alice.publishAgent({ body: given.manifest(), visibility: "public" });
    expect(await alice.getAgent({ agentId: "nobody" })).toBeProblem(404, "agent_not_found");
    expect(await bob.getAgent({ agentId: "greeter" })).toBeProblem(404, "agent_not_found");
    expect(await bob.getAgent({ agentId: "greeter", tenant: "acme" })).toMatchObject({ status: 200 });
    expect(await anonymous.getAgent({ agentId: "greeter" })).toBeProblem(404, "agent_not_found");
  });

  it("anonymous callers address the default tenant's agents, if one is configured", async () => {
    const { as, given, anonymous } = await registry({ DEFAULT_TENANT: "acme" });
    await as(await given.publisher("acme")).publishAgent({ body: given.manifest(), visibility: "public" });
    expect(await anonymous.getAgent({ agentId: "greeter" })).toMatchObject({ status: 200 });
  });

  it("the ETag changes with every change of the agent, and answers 304 until then", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest() });
    const first = await alice.getAgent({ agentId: "greeter" });
    const ifNoneMatch = first.headers.get("etag") ?? "";
    expect((await alice.getAgent({ agentId: "greeter" }, { ifNoneMatch })).status).toBe(304);
    await alice.publishAgent({ body: given.manifest({ version: "1.1.0" }) });
    const second = await alice.getAgent({ agentId: "greeter" }, { ifNoneMatch });
    expect(second.status).toBe(200);
    expect(second.headers.get("etag")).not.toBe(ifNoneMatch);
  });
});
