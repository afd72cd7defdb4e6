import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent } from "../bodies.ts";
import { refused } from "../refused.ts";
import { type Area, check, first, soon } from "../suite.ts";
import type { World } from "../world.ts";

const agentId = "greeter";
const reason = "testing";

/** A tenant's administrator, whose public agent has these versions. */
const withVersions = async (world: World, ...versions: string[]) => {
  const admin = await world.person("admin");
  for (const version of versions)
    await unwrap(admin.registry.publishAgent({ body: agent({ version }), visibility: "public" }));
  return admin;
};

const pointing: Area["checks"] = [
  first(
    "rollback moves what is current in one call, tells whom that concerns, and is in the audit log",
    async (world) => {
      const { registry, tenant } = await withVersions(world, "1.0.0", "1.1.0");
      const body = { targetVersion: "1.0.0", reason: "1.1.0 is rude" };
      const preview = await unwrap(registry.rollbackAgent({ agentId, body, dryRun: "true" }));
      expect(preview).toMatchObject({ dryRun: true, from: "1.1.0", to: "1.0.0" });
      expect((await unwrap(registry.getAgent({ agentId }))).agent.currentVersion).toBe("1.1.0");
      await unwrap(registry.rollbackAgent({ agentId, body }));
      for (const reader of [world.anonymous, { registry }]) {
        const current = async () => (await unwrap(reader.registry.getAgent({ agentId, tenant }))).agent.currentVersion;
        await soon(current).toBe("1.0.0");
      }
      await soon(async () => (await unwrap(registry.resolveAgent({ agentId }))).version).toBe("1.0.0");
      const { entries } = await unwrap(registry.listAgentAudit({ agentId }));
      expect(JSON.stringify(entries[0])).toContain("1.1.0 is rude");
      const missing = { targetVersion: "9.0.0", reason };
      refused(await registry.rollbackAgent({ agentId, body: missing }), 404, "version_not_found");
    },
  ),

  check("a channel points where it was put, also through a rollback, and ranges resolve as npm's do", async (world) => {
    const { registry } = await withVersions(world, "1.0.0", "1.9.0", "1.10.0", "2.0.0");
    await unwrap(registry.setChannel({ agentId, channel: "beta", body: { version: "1.9.0" } }));
    await unwrap(registry.rollbackAgent({ agentId, body: { targetVersion: "1.0.0", reason } }));
    const versionOf = async (wish: { range?: string; channel?: string }) =>
      (await unwrap(registry.resolveAgent({ agentId, ...wish }))).version;
    expect(await versionOf({ channel: "beta" })).toBe("1.9.0");
    expect(await versionOf({ range: "^1.2" })).toBe("1.10.0");
    expect(await versionOf({ channel: "latest" })).toBe("1.0.0");
    refused(await registry.resolveAgent({ agentId, range: "^7" }), 404, "range_unsatisfied");
    await unwrap(registry.deleteChannel({ agentId, channel: "beta" }));
    refused(await registry.resolveAgent({ agentId, channel: "beta" }), 404, "channel_not_found");
  }),
];

const retiring: Area["checks"] = [
  check("a disabled agent is gone for everybody else, and back, wherever one asks", async (world) => {
    const { registry, tenant } = await withVersions(world, "1.0.0");
    const seen = () => world.anonymous.registry.getAgent({ agentId, tenant });
    const fetched = () => world.anonymous.registry.getAgentVersion({ agentId, tenant, version: "1.0.0" });
    expect([(await seen()).status, (await fetched()).status]).toEqual([200, 200]);
    await unwrap(registry.setAgentStatus({ agentId, body: { status: "disabled", reason } }));
    const statuses = async () => [(await seen()).status, (await fetched()).status];
    await soon(statuses).toEqual([404, 404]);
    expect((await unwrap(registry.getAgent({ agentId }))).agent).toMatchObject({
      status: "disabled",
      statusReason: reason,
    });
    await unwrap(registry.setAgentStatus({ agentId, body: { status: "active", reason } }));
    await soon(statuses).toEqual([200, 200]);
  }),

  check("what is deprecated says so, and what to use instead", async (world) => {
    const { registry, tenant } = await withVersions(world, "1.0.0");
    await unwrap(registry.publishAgent({ body: agent({ agentId: "welcomer" }), visibility: "public" }));
    const body = { status: "deprecated", reason, successor: { agentId: "welcomer" } } as const;
    await unwrap(registry.setAgentStatus({ agentId, body }));
    const { headers } = await world.anonymous.registry.resolveAgent({ agentId, tenant });
    expect(headers.get("deprecation")).toMatch(/^@\d+$/);
    expect(headers.get("link")).toContain("/api/agents/welcomer?");
    expect(headers.get("link")).toContain('rel="successor-version"');
  }),

  check("an archived version is for those who name it: ranges pass over it, pins and its bytes stay", async (world) => {
    const { registry, tenant } = await withVersions(world, "1.0.0", "1.1.0", "2.0.0");
    await unwrap(registry.setVersionStatus({ agentId, version: "1.1.0", body: { status: "archived", reason } }));
    expect((await unwrap(registry.resolveAgent({ agentId, range: "^1" }))).version).toBe("1.0.0");
    expect((await unwrap(registry.resolveAgent({ agentId, version: "1.1.0" }))).version).toBe("1.1.0");
    const pinned = await world.anonymous.registry.getAgentVersion({ agentId, tenant, version: "1.1.0" });
    expect(pinned.status).toBe(200);
    const current = { agentId, version: "2.0.0", body: { status: "archived", reason } } as const;
    refused(await registry.setVersionStatus(current), 409, "version_in_use");
  }),

  check("a draft is its own tenant's alone until it is released", async (world) => {
    const { registry, tenant } = await withVersions(world, "1.0.0");
    await unwrap(registry.publishAgent({ body: agent({ version: "2.0.0" }), draft: "true" }));
    const address = { agentId, tenant, version: "2.0.0" };
    refused(await world.anonymous.registry.getAgentVersion(address), 404, "version_not_found");
    expect((await registry.getAgentVersion(address)).status).toBe(200);
    await unwrap(registry.setVersionStatus({ agentId, version: "2.0.0", body: { status: "active", reason } }));
    const seen = await unwrap(world.anonymous.registry.getAgent({ agentId, tenant }));
    expect(seen.agent.currentVersion).toBe("2.0.0");
  }),

  check("412 precondition_failed: a decision about a state that is no more", async (world) => {
    const { registry } = await withVersions(world, "1.0.0");
    const ifMatch = (await registry.getAgent({ agentId })).headers.get("etag") ?? "";
    await unwrap(registry.publishAgent({ body: agent({ version: "1.1.0" }) }));
    const late = await registry.rollbackAgent({ agentId, body: { targetVersion: "1.0.0", reason } }, { ifMatch });
    refused(late, 412, "precondition_failed");
  }),

  check("the audit log of both services is a chain that holds", async (world) => {
    const { registry, marketplace } = await withVersions(world, "1.0.0", "1.1.0");
    expect(await unwrap(registry.verifyAudit())).toMatchObject({ valid: true });
    expect(await unwrap(marketplace.verifyMarketplaceAudit())).toMatchObject({ valid: true });
  }),
];

/** What becomes of agents after publishing. */
export const lifecycle: Area = { name: "lifecycle of agents", checks: [...pointing, ...retiring] };
