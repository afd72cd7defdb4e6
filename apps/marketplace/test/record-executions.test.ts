import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const run = (runId: string, more: object = {}) => ({
  runId,
  version: workflow().version,
  outcome: "succeeded" as const,
  durationMs: 1_000,
  ...more,
});

describe("recordExecutions", () => {
  it("200: keeps each run once, refuses by itself what it cannot keep, and the fold counts what is kept", async () => {
    const world = await marketplace();
    const acme = await world.person("publisher");
    const client = world.as(acme);
    const { template } = await unwrap(client.publishTemplate({ body: workflow() }));
    const { templateId } = template;
    const steps = [{ agentId: "collector", version: "1.0.0", outcome: "succeeded" as const, durationMs: 400 }];
    const executions = [
      { templateId, ...run("a", { steps, tokens: 7, costUsd: 0.25 }) },
      { templateId, ...run("b", { outcome: "failed", failedStep: "collect", errorClass: "timeout" }) },
      { templateId, ...run("a") },
      { templateId: "none", ...run("c") },
      { templateId, ...run("d", { version: "9.9.9" }) },
      { templateId, ...run("e", { durationMs: -1 }) },
    ];
    const first = await unwrap(client.recordExecutions({ body: { executions } as never }));
    expect(first.results.map(({ outcome, problem }) => problem?.code ?? outcome)).toEqual([
      "accepted",
      "accepted",
      "duplicate",
      "template_not_found",
      "version_not_found",
      "request_invalid",
    ]);
    const again = await unwrap(client.recordExecutions({ body: { executions } as never }));
    expect(again.summary).toEqual({ accepted: 0, duplicate: 3, refused: 3 });
    await expect
      .poll(() => world.database.query("SELECT count(*)::int AS n FROM marketplace.usage_batches"), { timeout: 5_000 })
      .toEqual([{ n: 0 }]);
    expect(
      await world.database.query(
        "SELECT grain, succeeded::int, failed::int, tokens::int, cost_micros::int FROM marketplace.template_rollups ORDER BY 1",
      ),
    ).toEqual([
      { grain: "day", succeeded: 1, failed: 1, tokens: 7, cost_micros: 250_000 },
      { grain: "hour", succeeded: 1, failed: 1, tokens: 7, cost_micros: 250_000 },
    ]);
    expect(await world.database.query("SELECT agent_id, succeeded::int FROM marketplace.agent_usage_days")).toEqual([
      { agent_id: "collector", succeeded: 1 },
    ]);
  });
});
