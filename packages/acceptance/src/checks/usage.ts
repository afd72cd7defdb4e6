import { randomUUID } from "node:crypto";
import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent, workflow } from "../bodies.ts";
import { refused } from "../refused.ts";
import { type Area, check, first } from "../suite.ts";
import type { World } from "../world.ts";

const templateId = "welcome";
const run = (change: object = {}) => ({
  runId: randomUUID(),
  version: "1.0.0",
  outcome: "succeeded" as const,
  durationMs: 1200,
  tokens: 500,
  costUsd: 0.01,
  occurredAt: new Date().toISOString(),
  steps: [{ agentId: "greeter", version: "1.0.0", outcome: "succeeded" as const, durationMs: 1000 }],
  ...change,
});

const withTemplate = async (world: World) => {
  const admin = await world.person("admin");
  await unwrap(admin.registry.publishAgent({ body: agent() }));
  await unwrap(admin.marketplace.publishTemplate({ body: workflow() }));
  return admin;
};

const counting: Area["checks"] = [
  first(
    "runs that are reported are in the figures within seconds, each once however often it is sent",
    async (world) => {
      const { marketplace } = await withTemplate(world);
      const executions = [
        ...Array.from({ length: 8 }, () => ({ templateId, ...run() })),
        ...Array.from({ length: 2 }, () => ({ templateId, ...run({ outcome: "failed", errorClass: "timeout" }) })),
      ];
      const sent = async () => (await unwrap(marketplace.recordExecutions({ body: { executions } }))).results;
      expect(new Set((await sent()).map(({ outcome }) => outcome))).toEqual(new Set(["accepted"]));
      expect(new Set((await sent()).map(({ outcome }) => outcome))).toEqual(new Set(["duplicate"]));
      const totals = async () => (await unwrap(marketplace.getTemplateAnalytics({ templateId }))).totals;
      await expect.poll(totals, { timeout: 5_000 }).toMatchObject({ runs: 10, succeeded: 8, failed: 2 });
      const { success } = await totals();
      expect(success?.rate).toBeCloseTo(0.8, 5);
      const { totals: all } = await unwrap(marketplace.getAnalyticsDashboard());
      expect(all.runs).toBe(10);
    },
  ),

  check("the registry learns how its agents are used, and says how current that is", async (world) => {
    const { marketplace, registry } = await withTemplate(world);
    await unwrap(marketplace.recordExecution({ templateId, body: run() }));
    const used = () => unwrap(registry.getAgentUsage({ agentId: "greeter" }));
    await expect
      .poll(used, { timeout: 30_000, interval: 250 })
      .toMatchObject({ source: "current", totals: { runs: 1 } });
  }),

  check("two versions are compared with how sure the verdict is", async (world) => {
    const { marketplace } = await withTemplate(world);
    await unwrap(marketplace.publishTemplate({ body: workflow({ version: "1.0.1", description: "Better." }) }));
    const of = (version: string, outcome: "succeeded" | "failed", count: number) =>
      Array.from({ length: count }, () => ({ templateId, ...run({ version, outcome }) }));
    const executions = [
      ...of("1.0.0", "succeeded", 95),
      ...of("1.0.0", "failed", 5),
      ...of("1.0.1", "failed", 60),
      ...of("1.0.1", "succeeded", 40),
    ];
    await unwrap(marketplace.recordExecutions({ body: { executions } }));
    const compared = () => unwrap(marketplace.compareTemplateVersionUsage({ templateId, a: "1.0.0", b: "1.0.1" }));
    await expect.poll(async () => JSON.stringify(await compared()), { timeout: 5_000 }).toContain('"verdict":"worse"');
  }),

  check("a report of what is not there, of long ago, or of somebody without the scope is refused", async (world) => {
    const { marketplace, tenant } = await withTemplate(world);
    const viewer = await world.person("viewer", tenant);
    refused(await viewer.marketplace.recordExecution({ templateId, body: run() }), 403, "forbidden");
    const absent = { templateId, body: run({ version: "9.0.0" }) };
    refused(await marketplace.recordExecution(absent), 404, "version_not_found");
    const occurredAt = new Date(Date.now() - 30 * 24 * 3_600_000).toISOString();
    const old = { templateId, body: run({ occurredAt }) };
    refused(await marketplace.recordExecution(old), 422, "execution_refused");
  }),
];

/** What is counted. */
export const usage: Area = { name: "usage and analytics", checks: counting };
