import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("getAgentCandidates", () => {
  it("200: what ranges can stand for, highest first, with what it depends on", async () => {
    const world = await registry();
    const acme = world.as(await world.given.admin("acme"));
    const publish = (version: string, agents: Record<string, string>, draft = false) => {
      const own = world.given.manifest({ agentId: "greeter", version });
      const body = { ...own, manifest: { ...own.manifest, dependencies: { agents } } };
      return unwrap(
        acme.publishAgent({ body, ...(draft ? { draft: "true" as const } : { visibility: "public" as const }) }),
      );
    };
    await publish("1.0.0", { linter: "^1.0.0", "globex/waver": "*", "no such name!": "*" });
    await publish("1.1.0", {});
    await publish("1.2.0", {});
    await publish("2.0.0", {}, true);
    const reason = "wrong";
    await unwrap(
      acme.setVersionStatus({ agentId: "greeter", version: "1.1.0", body: { status: "deprecated", reason } }),
    );
    await unwrap(acme.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason } }));
    await unwrap(acme.setVersionStatus({ agentId: "greeter", version: "1.2.0", body: { status: "archived", reason } }));

    const agents = [{ agentId: "greeter" }, { agentId: "nobody" }, { agentId: "greeter", tenant: "acme" }];
    const { results } = await unwrap(acme.getAgentCandidates({ body: { agents } }));
    expect(results[0]).toMatchObject({
      ok: true,
      tenant: "acme",
      visibility: "public",
      deprecated: false,
      currentVersion: "1.0.0",
    });
    expect(results[0]?.ok && results[0].versions).toMatchObject([
      { version: "1.1.0", status: "deprecated", dependencies: [] },
      {
        version: "1.0.0",
        status: "active",
        dependencies: [
          { tenant: "acme", agentId: "linter", range: "^1.0.0" },
          { tenant: "globex", agentId: "waver", range: "*" },
        ],
      },
    ]);
    expect(results[1]).toMatchObject({ ok: false, problem: { code: "agent_not_found" } });
    expect(results[2]).toEqual(results[0]);
  });

  it("others' private and disabled agents are not there, and anonymous callers must say whose they mean", async () => {
    const world = await registry();
    const acme = world.as(await world.given.admin("acme"));
    await unwrap(acme.publishAgent({ body: world.given.manifest({ agentId: "secret" }) }));
    await unwrap(acme.publishAgent({ body: world.given.manifest({ agentId: "gone" }), visibility: "public" }));
    await unwrap(acme.setAgentStatus({ agentId: "gone", body: { status: "disabled", reason: "old" } }));
    const body = { agents: ["secret", "gone", "nobody"].map((agentId) => ({ agentId, tenant: "acme" })) };
    const { results } = await unwrap(world.anonymous.getAgentCandidates({ body }));
    expect(results[0]).toEqual(results[2]);
    expect(results[1]).toEqual(results[2]);
    const own = await unwrap(acme.getAgentCandidates({ body }));
    expect(own.results[1]).toMatchObject({ problem: { detail: "acme/gone is disabled: old" } });
    const unnamed = await unwrap(world.anonymous.getAgentCandidates({ body: { agents: [{ agentId: "gone" }] } }));
    expect(unnamed.results[0]).toMatchObject({
      problem: { detail: "Name the tenant whose agent you mean: `tenant`." },
    });
  });

  it("400: none, or more than 500", async () => {
    const world = await registry();
    const ask = (count: number) =>
      world.anonymous.getAgentCandidates({ body: { agents: Array.from({ length: count }, () => ({ agentId: "a" })) } });
    expect(await ask(0)).toBeProblem(400, "request_invalid");
    expect(await ask(501)).toBeProblem(400, "request_invalid");
  });
});
