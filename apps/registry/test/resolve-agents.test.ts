import { unwrap } from "@nofx/client";
import { describe, expect, it, vi } from "vitest";
import { registry, type TestRegistry } from "./registry.ts";

const publish = async (world: TestRegistry, tenant: string, agentId: string, versions: readonly string[]) => {
  const admin = world.as(await world.given.admin(tenant));
  for (const version of versions) {
    await unwrap(admin.publishAgent({ body: world.given.manifest({ agentId, version }), visibility: "public" }));
  }
  return admin;
};

describe("resolveAgents", () => {
  it("200: results in the order of the request, each the same as resolveAgent's, problems among them", async () => {
    const world = await registry();
    const acme = await publish(world, "acme", "greeter", ["1.0.0", "1.1.0", "2.0.0"]);
    await publish(world, "globex", "waver", ["1.0.0"]);
    await unwrap(acme.setChannel({ agentId: "greeter", channel: "beta", body: { version: "1.1.0" } }));
    const agents = [
      { agentId: "greeter", range: "^1.0.0" },
      { agentId: "waver", tenant: "globex" },
      { agentId: "greeter", channel: "beta" },
      { agentId: "greeter", channel: "canary" },
      { agentId: "waver" },
      { agentId: "greeter", version: "1.0.0" },
      { agentId: "greeter", version: "9.0.0" },
      { agentId: "greeter", range: "^9" },
      { agentId: "greeter", range: "newest" },
      { agentId: "greeter", range: "^1.0.0" },
    ];
    const { results } = await unwrap(acme.resolveAgents({ body: { agents } }));
    for (const [index, wish] of agents.entries()) {
      const single = await acme.resolveAgent(wish);
      const result = results[index];
      if (single.ok) expect(result).toEqual({ ok: true, ...single.body });
      else {
        const { code, title, detail } = single.problem;
        expect(result).toEqual({ ok: false, problem: { code, title, detail } });
      }
    }
    expect(results.map((result) => (result.ok ? result.version : result.problem.code))).toEqual([
      "1.1.0",
      "1.0.0",
      "1.1.0",
      "channel_not_found",
      "agent_not_found",
      "1.0.0",
      "version_not_found",
      "range_unsatisfied",
      "request_invalid",
      "1.1.0",
    ]);
  });

  it("500 agents take three statements, and as many for one", async () => {
    const world = await registry();
    const acme = await publish(world, "acme", "greeter", ["1.0.0", "2.0.0"]);
    await unwrap(acme.setChannel({ agentId: "greeter", channel: "beta", body: { version: "1.0.0" } }));
    const connect = vi.spyOn(world.deps.db.pool, "connect");
    const statements = async (count: number) => {
      const some = Array.from({ length: count - 1 }, (_, index) => ({
        agentId: index % 2 === 0 ? "greeter" : `absent-${index}`,
        ...(index % 3 === 0 && { range: "*" }),
        ...(index % 3 === 1 && { channel: "beta" }),
      }));
      connect.mockClear();
      await unwrap(acme.resolveAgents({ body: { agents: [...some, { agentId: "greeter", channel: "beta" }] } }));
      return connect.mock.calls.length;
    };
    // The sequencer uses the pool too, now and then: the least of several counts is ours alone.
    const least = async (count: number) => {
      const counts: number[] = [];
      for (let time = 0; time < 5; time += 1) counts.push(await statements(count));
      return Math.min(...counts);
    };
    expect([await least(1), await least(500)]).toEqual([3, 3]);
  });

  it("anonymous callers get public agents only, and must say whose", async () => {
    const world = await registry();
    await publish(world, "acme", "greeter", ["1.0.0"]);
    const globex = world.as(await world.given.admin("globex"));
    await unwrap(globex.publishAgent({ body: world.given.manifest({ agentId: "secret" }) }));
    const agents = [
      { agentId: "greeter", tenant: "acme" },
      { agentId: "secret", tenant: "globex" },
      { agentId: "nobody", tenant: "globex" },
      { agentId: "greeter" },
    ];
    const { results } = await unwrap(world.anonymous.resolveAgents({ body: { agents } }));
    expect(results[0]).toMatchObject({ ok: true, version: "1.0.0" });
    expect(results[1]).toEqual(results[2]);
    expect(results[3]).toMatchObject({ ok: false, problem: { code: "agent_not_found" } });
  });

  it("it changes nothing", async () => {
    const world = await registry();
    const acme = await publish(world, "acme", "greeter", ["1.0.0"]);
    const before = (await acme.getAgent({ agentId: "greeter" })).headers.get("etag");
    await unwrap(acme.resolveAgents({ body: { agents: [{ agentId: "greeter" }] } }));
    expect((await acme.getAgent({ agentId: "greeter" })).headers.get("etag")).toBe(before);
    expect((await unwrap(acme.listAgentAudit({ agentId: "greeter" }))).entries).toHaveLength(1);
  });

  it("400: none, more than 500, and every malformed one named at once", async () => {
    const world = await registry();
    const ask = (agents: { agentId: string; range?: string; channel?: string }[]) =>
      world.anonymous.resolveAgents({ body: { agents } });
    expect(await ask([])).toBeProblem(400, "request_invalid");
    const many = Array.from({ length: 501 }, () => ({ agentId: "greeter" }));
    expect(await ask(many)).toBeProblem(400, "request_invalid");
    const wrong = await ask([{ agentId: "A" }, { agentId: "greeter" }, { agentId: "a", range: "1", channel: "b" }]);
    expect(wrong).toBeProblem(400, "request_invalid");
    expect(!wrong.ok && wrong.problem.errors?.map(({ path }) => path)).toEqual([
      "$.agents[0].agentId",
      "$.agents[2].range",
    ]);
  });
});
