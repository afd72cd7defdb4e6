import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

const reason = "testing";
const none = { status: "unavailable", dependents: [], truncated: false };

/** The address of a port where nobody listens any more. */
const deserted = async (): Promise<string> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
};

describe("while there is no marketplace where there should be one", () => {
  let world: TestRegistry;
  let admin: RegistryClient;
  beforeEach(async () => {
    world = await registry({ MARKETPLACE_URL: await deserted() });
    admin = world.as(await world.given.admin("acme"));
    for (const version of ["1.0.0", "2.0.0"]) {
      await unwrap(admin.publishAgent({ body: world.given.manifest({ version, name: `Greeter ${version}` }) }));
    }
  });

  const agentId = "greeter";
  const changes: Record<string, () => Promise<{ impact: { templates: object }; dryRun: boolean }>> = {
    setAgentStatus: () => unwrap(admin.setAgentStatus({ agentId, body: { status: "deprecated", reason } })),
    setVersionStatus: () =>
      unwrap(admin.setVersionStatus({ agentId, version: "1.0.0", body: { status: "archived", reason } })),
    rollbackAgent: () => unwrap(admin.rollbackAgent({ agentId, body: { targetVersion: "1.0.0", reason } })),
  };

  it.each(Object.keys(changes))("%s takes place once, and says that templates are unavailable", async (name) => {
    const { impact, dryRun } = await (changes[name] ?? expect.fail(name))();
    expect([impact.templates, dryRun]).toEqual([none, false]);
    const { entries } = await unwrap(admin.listAgentAudit({ agentId }));
    expect(entries.filter(({ action }) => action !== "agent.version_published")).toHaveLength(1);
  });

  it("the registry is ready, and tells that the circuit is open after five calls", async () => {
    const circuit = async () => {
      const ready = await world.fetch("http://registry.test/health/ready");
      const { checks } = (await ready.json()) as { checks: Record<string, object> };
      return [ready.status, checks.marketplace];
    };
    expect(await circuit()).toEqual([200, { status: "ok", circuit: "closed" }]);
    for (let call = 0; call < 5; call += 1) {
      const order = { agentId, dryRun: "true", body: { status: "disabled", reason } } as const;
      expect((await unwrap(admin.setAgentStatus(order))).impact.templates).toEqual(none);
    }
    expect(await circuit()).toEqual([200, { status: "ok", circuit: "open" }]);
    expect(await world.metrics()).toMatch(/nofx_marketplace_circuit_open\S* 1/);
  });
});
