import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { outcomes, type Report, report, rowsIn, untilFolded, usageWorld } from "./usage.ts";

describe("recordExecutions", () => {
  it("200: keeps each run once, refuses by itself what it cannot keep, and the fold counts what is kept", async () => {
    const world = await usageWorld();
    const steps = [{ agentId: "collector", version: "1.0.0", outcome: "succeeded" as const, durationMs: 400 }];
    const executions = [
      report("a", { steps, tokens: 7, costUsd: 0.25 }),
      report("b", { outcome: "failed", failedStep: "collect", errorClass: "timeout" }),
      report("a"),
      report("c", { templateId: "none" }),
      report("d", { version: "9.9.9" }),
      report("e", { durationMs: -1 }),
      report("f", { occurredAt: "2020-01-01T00:00:00Z" }),
      { runId: "!" },
      null,
    ];
    expect(await outcomes(world.acme, executions as Report[])).toEqual([
      "accepted",
      "accepted",
      "duplicate",
      "template_not_found",
      "version_not_found",
      "request_invalid",
      "execution_refused",
      "request_invalid",
      "request_invalid",
    ]);
    const again = await unwrap(world.acme.recordExecutions({ body: { executions: executions as Report[] } }));
    expect(again.summary).toEqual({ accepted: 0, duplicate: 3, refused: 6 });
    expect(again.results.map(({ index, runId }) => [index, runId]).slice(4)).toEqual([
      [4, "d"],
      [5, "e"],
      [6, "f"],
      [7, undefined],
      [8, undefined],
    ]);
    await untilFolded(world);
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

  it("200: a run whose first report is refused is kept by a later one of the same batch", async () => {
    const world = await usageWorld();
    const executions = [report("a", { version: "9.9.9" }), report("a", { durationMs: -1 }), report("a"), report("a")];
    expect(await outcomes(world.acme, executions)).toEqual([
      "version_not_found",
      "request_invalid",
      "accepted",
      "duplicate",
    ]);
  });

  it("200: other tenants' public templates, not their private ones; each tenant names its own runs", async () => {
    const world = await usageWorld();
    const tenant = "acme";
    const executions = [report("a", { tenant }), report("b", { tenant, templateId: "hidden" }), report("c")];
    const ofGlobex = ["accepted", "template_not_found", "template_not_found"];
    expect(await outcomes(world.globex, executions)).toEqual(ofGlobex);
    expect(await outcomes(world.acme, executions)).toEqual(["accepted", "accepted", "accepted"]);
    await untilFolded(world);
    const days = "SELECT template_id, succeeded::int FROM marketplace.template_days ORDER BY 1";
    expect(await world.database.query(days)).toEqual([
      { template_id: "hidden", succeeded: 1 },
      { template_id: "release-notes", succeeded: 3 },
    ]);
  });

  it("400, 401, 403 and 413: no batch, too much of one, and nobody who may not", async () => {
    const { acme, anonymous, as, person } = await usageWorld();
    const call = (executions: unknown) => ({ body: { executions: executions as Report[] } });
    expect(await acme.recordExecutions(call([]))).toBeProblem(400, "request_invalid");
    expect(await acme.recordExecutions(call(undefined))).toBeProblem(400, "request_invalid");
    const many = Array.from({ length: 1_001 }, (_, n) => report(`run-${n}`));
    expect(await acme.recordExecutions(call(many))).toBeProblem(400, "request_invalid");
    const large = [report("a", { subject: "x".repeat(5 * 1024 * 1024) })];
    expect(await acme.recordExecutions(call(large))).toBeProblem(413, "payload_too_large");
    expect(await anonymous.recordExecutions(call([report("a")]))).toBeProblem(401, "unauthenticated");
    const viewer = as(await person("viewer", "acme"));
    expect(await viewer.recordExecutions(call([report("a")]))).toBeProblem(403, "forbidden");
  });

  it("200: four writers with shuffled batches of the same runs never block each other, and keep each run once", async () => {
    const world = await usageWorld();
    const runs = Array.from({ length: 300 }, (_, n) => `run-${n}`);
    const shuffled = (seed: number) =>
      runs
        .map((runId, n) => ({ runId, place: Math.sin(seed * 1_000 + n) }))
        .sort((a, b) => a.place - b.place)
        .slice(0, 250)
        .map(({ runId }) => report(runId));
    const writer = async (seed: number): Promise<string[]> => {
      const told: string[] = [];
      for (let round = 0; round < 4; round += 1)
        told.push(...(await outcomes(world.acme, shuffled(seed + 10 * round))));
      return told;
    };
    const told = (await Promise.all([1, 2, 3, 4].map(writer))).flat();
    const kept = await rowsIn(world, "template_events");
    expect(told.filter((outcome) => outcome === "accepted")).toHaveLength(kept);
    expect(new Set(told)).toEqual(new Set(["accepted", "duplicate"]));
    expect(kept).toBe(await rowsIn(world, "template_runs"));
    await untilFolded(world);
    expect(await world.database.query("SELECT succeeded::int FROM marketplace.template_days")).toEqual([
      { succeeded: kept },
    ]);
  });
});
