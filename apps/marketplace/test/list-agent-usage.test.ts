import { unwrap } from "@nofx/client";
import type { AgentUsageDay } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import type { MarketplaceClient } from "./marketplace.ts";
import { outcomes, report, type UsageWorld, untilFolded, usageWorld } from "./usage.ts";

const at = new Date().toISOString();
const day = at.slice(0, 10);

const step = (
  agentId: string,
  version: string,
  outcome: "succeeded" | "failed" | "cancelled" | "invalid",
  durationMs = 100,
) => ({
  agentId,
  version,
  outcome,
  durationMs,
});

/** A client with a service's token. */
const serviceOf = async (world: UsageWorld): Promise<MarketplaceClient> =>
  world.client((await world.registryEnv()).REGISTRY_TOKEN);

const everyPage = async (client: MarketplaceClient, limit: number): Promise<AgentUsageDay[]> => {
  const days: AgentUsageDay[] = [];
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listAgentUsage({ limit, ...(cursor && { cursor }) }));
    expect(page.days.length).toBeLessThanOrEqual(limit);
    days.push(...page.days);
    cursor = page.nextCursor;
  } while (cursor);
  return days;
};

describe("listAgentUsage", () => {
  it("200: what versions did on days, by name, of all tenants, whole figures, in pages of any size", async () => {
    const world = await usageWorld();
    const steps = [
      step("collector", "1.0.0", "succeeded", 300),
      step("collector", "1.0.0", "failed"),
      step("collector", "1.1.0", "cancelled"),
      step("globex/writer", "2.0.0", "invalid"),
    ];
    await outcomes(world.acme, [
      report("a", { occurredAt: at, steps: steps }),
      report("b", { occurredAt: at, steps: steps.slice(0, 1) }),
      report("c", { occurredAt: at, sample: true, steps: steps.slice(0, 1) }),
    ]);
    await untilFolded(world);
    const none = { succeeded: 0, failed: 0, cancelled: 0, invalid: 0, durationMs: 0, lastAt: at, day, sample: false };
    const collector = { ...none, tenant: "acme", agentId: "collector" };
    const days = [
      { ...collector, version: "1.0.0", succeeded: 2, failed: 1, durationMs: 600 },
      { ...collector, version: "1.0.0", sample: true, succeeded: 1, durationMs: 300 },
      { ...collector, version: "1.1.0", cancelled: 1 },
      { ...none, tenant: "globex", agentId: "writer", version: "2.0.0", invalid: 1 },
    ];
    const service = await serviceOf(world);
    for (const limit of [1, 2, 3, 4, 1000]) expect(await everyPage(service, limit)).toEqual(days);
  });

  it("400 cursor_invalid: a cursor of another list, or a day that no calendar has", async () => {
    const world = await usageWorld();
    const service = await serviceOf(world);
    expect(await service.listAgentUsage({ cursor: "x" })).toBeProblem(400, "cursor_invalid");
    const key = { tenant: "acme", agentId: "a", version: "1.0.0", sample: false, day: "0000-01-01" };
    const cursor = Buffer.from(JSON.stringify(["agent-usage", key])).toString("base64url");
    expect(await service.listAgentUsage({ cursor })).toBeProblem(400, "cursor_invalid");
  });

  it("401 and 403: for services only", async () => {
    const { anonymous, acme, operator } = await usageWorld();
    expect(await anonymous.listAgentUsage()).toBeProblem(401, "unauthenticated");
    expect(await acme.listAgentUsage()).toBeProblem(403, "forbidden");
    expect(await operator.listAgentUsage()).toBeProblem(403, "forbidden");
  });
});
