import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { workflow } from "./templates.ts";
import { rowsIn, single, type UsageWorld, untilFolded, usageWorld } from "./usage.ts";

const templateId = "release-notes";
const dayMs = 24 * 60 * 60 * 1000;
const now = new Date("2026-11-20T10:15:00.000Z");
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
const atNoon = () => usageWorld({}, { now: () => now });

/** Days and hours that count runs. */
const counted = ({ database }: UsageWorld) =>
  database.query(
    `SELECT grain, at, sum(succeeded)::int AS runs FROM marketplace.template_rollups GROUP BY 1, 2 ORDER BY 1, 2`,
  );

describe("recordExecution", () => {
  it("201 for a new run, 200 for one that was reported before, whose first report holds", async () => {
    const world = await atNoon();
    const first = await world.acme.recordExecution({ templateId, body: single("a", { durationMs: 5 }) });
    expect(first).toMatchObject({ status: 201, body: { runId: "a", outcome: "accepted" } });
    const second = await world.acme.recordExecution({ templateId, body: single("a", { durationMs: 7 }) });
    expect(second).toMatchObject({ status: 200, body: { runId: "a", outcome: "duplicate" } });
    await untilFolded(world);
    expect(await world.database.query("SELECT duration_ms::int FROM marketplace.template_days")).toEqual([
      { duration_ms: 5 },
    ]);
    expect(await world.metrics()).toContain("nofx_usage_fold_lag_seconds");
  });

  it("201: another tenant's public template, as a run of one's own; names of runs are each tenant's own", async () => {
    const world = await atNoon();
    const ofGlobex = { templateId, tenant: "acme", body: single("a") };
    expect(await world.globex.recordExecution(ofGlobex)).toMatchObject({ status: 201 });
    expect(await world.acme.recordExecution({ templateId, body: single("a") })).toMatchObject({ status: 201 });
    expect(await rowsIn(world, "template_events")).toBe(2);
  });

  it("401 and 403: nobody without a token, and no viewer, reports runs", async () => {
    const world = await atNoon();
    const call = { templateId, tenant: "acme", body: single("a") };
    expect(await world.anonymous.recordExecution(call)).toBeProblem(401, "unauthenticated");
    expect(await world.as(await world.person("viewer", "acme")).recordExecution(call)).toBeProblem(403, "forbidden");
    expect(await rowsIn(world, "template_runs")).toBe(0);
  });

  it("404 template_not_found, version_not_found: also for what others may not see", async () => {
    const world = await atNoon();
    const { acme, globex } = world;
    const draft = { body: workflow({ version: "1.1.0" }), draft: "true" as const };
    await unwrap(acme.publishTemplate(draft));
    const hidden = { templateId: "hidden", tenant: "acme", body: single("a") };
    expect(await globex.recordExecution(hidden)).toBeProblem(404, "template_not_found");
    expect(await globex.recordExecution({ ...hidden, tenant: "nobody" })).toBeProblem(404, "template_not_found");
    const unreleased = { templateId, tenant: "acme", body: single("a", { version: "1.1.0" }) };
    expect(await globex.recordExecution(unreleased)).toBeProblem(404, "version_not_found");
    expect(await rowsIn(world, "template_runs")).toBe(0);
    expect(await acme.recordExecution(unreleased)).toMatchObject({ status: 201 });
  });

  it("422 execution_refused: more than a week late, ahead of the clock, made up for another tenant", async () => {
    const world = await atNoon();
    const { acme, globex } = world;
    const at = (occurredAt: string) => acme.recordExecution({ templateId, body: single("a", { occurredAt }) });
    expect(await at(ago(7 * dayMs + 1))).toBeProblem(422, "execution_refused");
    expect(await at(ago(-5 * 60_000 - 1))).toBeProblem(422, "execution_refused");
    const sample = { templateId, tenant: "acme", body: single("a", { sample: true }) };
    expect(await globex.recordExecution(sample)).toBeProblem(422, "execution_refused");
    expect(await rowsIn(world, "template_runs")).toBe(0);
  });

  it("a late report counts in the hour and on the day in which the run ended", async () => {
    const world = await atNoon();
    const report = (runId: string, occurredAt: string) =>
      unwrap(world.acme.recordExecution({ templateId, body: single(runId, { occurredAt }) }));
    await report("a", ago(7 * dayMs));
    await report("b", "2026-11-13T10:59:59.999Z");
    await report("c", "2026-11-13T21:59:59.999Z");
    await report("d", ago(-5 * 60_000));
    await untilFolded(world);
    const at = (text: string) => new Date(text);
    expect(await counted(world)).toEqual([
      { grain: "day", at: at("2026-11-13T00:00:00Z"), runs: 3 },
      { grain: "day", at: at("2026-11-20T00:00:00Z"), runs: 1 },
      { grain: "hour", at: at("2026-11-13T10:00:00Z"), runs: 2 },
      { grain: "hour", at: at("2026-11-13T21:00:00Z"), runs: 1 },
      { grain: "hour", at: at("2026-11-20T10:00:00Z"), runs: 1 },
    ]);
  });

  it("400 body_malformed, request_invalid: text that cannot be stored and numbers that cannot be counted", async () => {
    const { fetch, alice } = await atNoon();
    const post = async (body: string): Promise<[number, string]> => {
      const headers = { authorization: `Bearer ${alice.token}`, "content-type": "application/json" };
      const address = `http://marketplace.test/api/templates/${templateId}/executions`;
      const answer = await fetch(address, { method: "POST", headers, body });
      return [answer.status, ((await answer.json()) as { code: string }).code];
    };
    const failed = (label: string) =>
      `{"runId":"a","version":"1.0.0","outcome":"failed","durationMs":1,"errorClass":"${label}"}`;
    expect(await post(failed("\\u0000"))).toEqual([400, "body_malformed"]);
    expect(await post(failed("\\ud800"))).toEqual([400, "body_malformed"]);
    for (const more of ['"tokens":1e300', '"tokens":1e999', '"costUsd":100001', '"durationMs":9007199254740993']) {
      const body = `{"runId":"a","version":"1.0.0","outcome":"succeeded","durationMs":1,${more}}`;
      expect(await post(body)).toEqual([400, "request_invalid"]);
    }
  });
});
