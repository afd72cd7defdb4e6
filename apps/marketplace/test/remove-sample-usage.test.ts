import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { outcomes, type Report, report, rowsIn, type UsageWorld, untilFolded, usageWorld } from "./usage.ts";

const step = (agentId: string) => ({ agentId, version: "1.0.0", outcome: "succeeded" as const, durationMs: 1 });

/** Everything that is counted, without marks of when. */
const everything = async ({ database }: UsageWorld): Promise<string> => {
  const tables = ["rollups", "latencies", "failures", "subjects"].map((name) => `template_${name}`);
  const parts = [...tables, "template_events", "template_runs", "agent_usage_days"].map(
    (table) =>
      `(SELECT json_agg(row ORDER BY row::text) FROM marketplace.${table} t, LATERAL (SELECT to_jsonb(t) - 'batch_id' - 'told' - 'told_at' AS row) r) AS ${table}`,
  );
  const days = `(SELECT json_agg(to_jsonb(t) - 'fold_id' ORDER BY t::text) FROM marketplace.template_days t) AS days`;
  return JSON.stringify(await database.query(`SELECT ${[...parts, days].join(", ")}`));
};

const samples: Report[] = [
  report("s-1", { sample: true, steps: [step("collector"), step("globex/writer")] }),
  report("s-2", { sample: true, templateId: "hidden", outcome: "failed", errorClass: "timeout" }),
];

describe("removeSampleUsage", () => {
  it("200: takes away all that is made up, and leaves what is real as it was", async () => {
    const world = await usageWorld();
    const { acme, globex, database } = world;
    expect(await unwrap(acme.removeSampleUsage())).toEqual({ removed: { reports: 0, templates: 0, agents: 0 } });
    await outcomes(acme, [report("a", { steps: [step("collector")] })]);
    await outcomes(globex, [report("a", { tenant: "acme", outcome: "failed", errorClass: "timeout" })]);
    await untilFolded(world);
    const before = await everything(world);
    expect(await outcomes(acme, samples)).toEqual(["accepted", "accepted"]);
    await untilFolded(world);
    expect(await everything(world)).not.toBe(before);
    // Of other tenants' agents nobody is told what is made up.
    const agents = "SELECT agent_tenant, agent_id FROM marketplace.agent_usage_days WHERE is_sample";
    expect(await database.query(agents)).toEqual([{ agent_tenant: "acme", agent_id: "collector" }]);
    expect(await unwrap(acme.removeSampleUsage())).toEqual({ removed: { reports: 2, templates: 2, agents: 1 } });
    expect(await everything(world)).toBe(before);
    expect(await outcomes(acme, samples)).toEqual(["accepted", "accepted"]);
    const { entries } = await unwrap(acme.listMarketplaceAudit({ action: "usage.sample_removed" }));
    expect(entries.map(({ details }) => details)).toContainEqual({ reports: 2, templates: 2, agents: 1 });
  });

  it("200: also what no fold has seen yet, and never what another tenant has made up", async () => {
    const world = await usageWorld();
    const { acme, globex } = world;
    await world.deps.usage.stop();
    await outcomes(acme, [...samples, report("a")]);
    expect(await unwrap(acme.removeSampleUsage())).toMatchObject({ removed: { reports: 2 } });
    expect(await rowsIn(world, "template_events")).toBe(1);
    const admin = world.as(await world.person("admin", "globex"));
    expect(await globex.removeSampleUsage()).toBeProblem(403, "forbidden");
    await outcomes(acme, samples);
    expect(await unwrap(admin.removeSampleUsage())).toMatchObject({ removed: { reports: 0 } });
    expect(await rowsIn(world, "template_events")).toBe(3);
  });

  it("200: popularity is what it would be without samples, and that of others stays", async () => {
    const world = await usageWorld();
    const { acme, globex, database } = world;
    const popularity = async () =>
      await database.query(`
        SELECT template_id, usage_30d, succeeded_30d, failed_30d, popularity, success, has_sample
        FROM marketplace.template_popularity ORDER BY template_id`);
    await outcomes(acme, [report("a"), report("b", { outcome: "failed" })]);
    await outcomes(globex, [report("a", { tenant: "acme" })]);
    await untilFolded(world);
    const before = await popularity();
    await outcomes(acme, [...samples, report("c", { sample: true })]);
    await untilFolded(world);
    expect(await popularity()).toHaveLength(2);
    await unwrap(acme.removeSampleUsage());
    expect(await popularity()).toEqual(before);
  });

  it("401 and 403: publishers take nothing away", async () => {
    const { anonymous, globex } = await usageWorld();
    expect(await anonymous.removeSampleUsage()).toBeProblem(401, "unauthenticated");
    expect(await globex.removeSampleUsage()).toBeProblem(403, "forbidden");
  });
});
