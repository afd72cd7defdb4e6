import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent, storedRows } from "./agents.ts";
import { type CampaignWorld, campaignEvents, campaignOf, campaignWorld, publishLocked } from "./campaigns.ts";

const agent = { agentId: "collector" };

describe("createUpgradeCampaign", () => {
  let here: CampaignWorld;
  beforeEach(async () => {
    here = await campaignWorld();
  });

  it("201: each template that locks another version is planned: which locks move, and which ranges have to", async () => {
    const { world, alice, release } = here;
    await publishLocked(alice, { templateId: "any" });
    await publishLocked(alice, { templateId: "caret", range: "^1.0.0" });
    await release("1.1.0");
    await publishLocked(alice, { templateId: "exact", range: "1.0.0" });
    await publishLocked(alice, { templateId: "there-already", range: "^1.0.0" });
    const content = { kind: "workflow" as const, steps: [{ id: "do", agentId: "collector" }] };
    const unlocked = { templateId: "unlocked", name: "Unlocked", version: "1.0.0", content };
    await unwrap(alice.publishTemplate({ body: unlocked }));
    const answered = await alice.createUpgradeCampaign({ body: { agent } });
    expect(answered).toMatchObject({ status: 201, body: { dryRun: false, leftOut: [] } });
    expect(answered.headers.get("nofx-change")).toBeTruthy();
    const { campaign, items } = await unwrap(Promise.resolve(answered));
    expect(campaign).toMatchObject({
      agent: { tenant: "acme", agentId: "collector" },
      to: "1.1.0",
      status: "planned",
      counts: { templates: 3, states: { planned: 3 }, verdicts: { compatible: 3 } },
    });
    const told = items.map(({ templateId, fromVersion, plan }) => [
      templateId,
      fromVersion,
      plan?.action,
      plan?.version,
    ]);
    expect(told).toEqual([
      ["any", "1.0.0", "relock", "1.0.0"],
      ["caret", "1.0.0", "relock", "1.0.0"],
      ["exact", "1.0.0", "publish", "1.1.0"],
    ]);
    expect(items[2]?.plan).toMatchObject({
      verdict: "compatible",
      bump: "minor",
      agents: [{ locked: "1.0.0", bump: "minor" }],
      ranges: [{ path: "$.content.dependencies.agents.collector", before: "1.0.0", after: "1.1.0" }],
      moves: [],
      plan: { equivalent: false, changes: [{ kind: "agent_range_changed", name: "collector" }] },
      tests: { passed: 0, failed: 0, failing: [] },
    });
    expect(items[0]?.plan).toMatchObject({ bump: "none", ranges: [], plan: { equivalent: true, changes: [] } });
    expect(await campaignEvents(world)).toEqual(["campaign.created"]);
  });

  it("201 breaking: a major step, a step back and a pre-release promise nothing", async () => {
    const { alice, release } = here;
    await publishLocked(alice, { templateId: "caret", range: "^1.0.0" });
    await release("1.1.0", "2.0.0", "3.0.0-beta.1");
    await publishLocked(alice, { templateId: "later", range: "^1.1.0" });
    const planned = async (to: string) =>
      (await campaignOf(alice, { to })).items.map(({ templateId, plan }) => [
        templateId,
        plan?.verdict,
        plan?.action,
        plan?.version,
        plan?.ranges[0]?.after,
      ]);
    expect(await planned("2.0.0")).toEqual([
      ["caret", "breaking", "publish", "2.0.0", "^2.0.0"],
      ["later", "breaking", "publish", "2.0.0", "^2.0.0"],
    ]);
    expect(await planned("1.0.0")).toEqual([["later", "breaking", "publish", "1.1.0", "^1.0.0"]]);
    expect((await planned("3.0.0-beta.1"))[0]).toEqual(["caret", "breaking", "publish", "2.0.0", "^3.0.0-beta.1"]);
  });

  it("201: environments' pins move with what is published; one without a lock keeps its own, and stops nothing", async () => {
    const { alice, release } = here;
    const environments = { production: { agents: { collector: "~1.0.0" } }, old: { agents: { collector: "1.0.0" } } };
    const content = { environments };
    await publishLocked(alice, { templateId: "pinned", range: "^1.0.0", content, environments: ["production"] });
    await publishLocked(alice, { templateId: "unpinned", range: "^1.0.0", content });
    await release("1.1.0");
    const { items } = await campaignOf(alice);
    expect(items[0]?.plan).toMatchObject({
      action: "publish",
      agents: [
        { locked: "1.0.0", bump: "minor" },
        { environment: "production", locked: "1.0.0", bump: "minor" },
      ],
      ranges: [
        { path: "$.content.environments.old.agents.collector", before: "1.0.0", after: "1.1.0" },
        { path: "$.content.environments.production.agents.collector", before: "~1.0.0", after: "~1.1.0" },
      ],
    });
    expect(items[1]?.plan).toMatchObject({ action: "relock", verdict: "compatible", ranges: [] });
  });

  it("201: nothing else moves in a lock unless it has to, and then it is told", async () => {
    const { world, acme, alice, release } = here;
    await publishAgent(world, acme, "bystander", "1.0.0");
    await publishAgent(world, acme, "helper", "1.0.0", { agents: { collector: "^1.0.0" } });
    await publishLocked(alice, { templateId: "both", agents: { bystander: "*", helper: "*" } });
    await publishAgent(world, acme, "bystander", "1.1.0");
    await release("1.1.0");
    expect((await campaignOf(alice)).items[0]?.plan).toMatchObject({ verdict: "compatible", moves: [] });
    await release("2.0.0");
    const stuck = (await campaignOf(alice)).items[0]?.plan;
    expect(stuck).toMatchObject({
      verdict: "unsatisfiable",
      moves: [],
      problem: { code: "dependencies_unsatisfiable", detail: expect.stringContaining("acme/collector") },
    });
    expect(stuck?.tests).toBeUndefined();
    await publishAgent(world, acme, "helper", "2.0.0", { agents: { collector: "^2.0.0" } });
    expect((await campaignOf(alice)).items[0]?.plan).toMatchObject({
      verdict: "breaking",
      moves: [{ name: "agent acme/helper", before: "1.0.0", after: "2.0.0" }],
    });
  });

  it("201 tests_failed: the tests run with the new version, and those that fail are named", async () => {
    const { alice, release } = here;
    const test = (name: string, equals: string) => ({ name, plan: [{ path: "$.steps[0].agent.version", equals }] });
    const tests = [test("runs the first", "1.0.0"), { name: "runs" }];
    await publishLocked(alice, { templateId: "tested", range: "^1.0.0", content: { tests } });
    await release("1.1.0", "1.2.0");
    const { items, campaign } = await campaignOf(alice, { to: "1.1.0" });
    expect(items[0]?.plan).toMatchObject({
      verdict: "tests_failed",
      tests: { failing: ["runs the first"] },
      reasons: [expect.stringMatching(/tests fail$/)],
    });
    expect(campaign.counts.verdicts.tests_failed).toBe(1);
  });

  it("201 refused: what could not be published is told with its problem", async () => {
    const { alice, release } = here;
    const templateId = "exact";
    await publishLocked(alice, { templateId, range: "1.0.0" });
    await unwrap(alice.updateMarketplaceSettings({ body: { semverPolicy: "off" } }));
    const steps = ["do", "more"].map((id) => ({ id, agentId: "collector" }));
    const content = { kind: "workflow" as const, steps, dependencies: { agents: { collector: "1.0.0" } } };
    await unwrap(alice.publishTemplate({ body: { templateId, name: templateId, version: "1.0.5", content } }));
    await unwrap(alice.rollbackTemplate({ templateId, body: { targetVersion: "1.0.0", reason: "testing" } }));
    await unwrap(alice.updateMarketplaceSettings({ body: { semverPolicy: "enforce" } }));
    await release("1.1.0");
    expect((await campaignOf(alice)).items[0]?.plan).toMatchObject({
      verdict: "refused",
      version: "1.1.0",
      problem: { code: "version_bump_too_small" },
    });
  });

  it("201: upgrades from a range of versions, in named templates; who is named for nothing is told", async () => {
    const { alice, release } = here;
    await publishLocked(alice, { templateId: "first", range: "^1.0.0" });
    await release("1.1.0");
    await publishLocked(alice, { templateId: "second", range: "^1.0.0" });
    await publishLocked(alice, { templateId: "disabled", range: "^1.0.0" });
    await unwrap(alice.setTemplateStatus({ templateId: "disabled", body: { status: "disabled", reason: "testing" } }));
    await release("1.2.0");
    const ids = async (order: Parameters<typeof campaignOf>[1]) => {
      const { items, leftOut } = await campaignOf(alice, order);
      return [items.map(({ templateId }) => templateId), leftOut];
    };
    expect(await ids({})).toEqual([["first", "second"], []]);
    expect(await ids({ from: "~1.0.0" })).toEqual([["first"], []]);
    expect(await ids({ templates: ["second", "disabled", "second"] })).toEqual([["second"], ["disabled"]]);
    expect(await ids({ from: "<1" })).toEqual([[], []]);
    const { campaign } = await campaignOf(alice, { from: "<1" });
    expect(campaign).toMatchObject({ from: "<1", status: "completed", counts: { templates: 0 } });
  });

  it("200: a dry run tells the same plan, and writes nothing", async () => {
    const { world, alice, release } = here;
    await publishLocked(alice, { templateId: "exact", range: "1.0.0" });
    await release("1.1.0");
    const before = await storedRows(world);
    const tried = await alice.createUpgradeCampaign({ body: { agent }, dryRun: "true" });
    expect(tried).toMatchObject({ status: 200, body: { dryRun: true, campaign: { counts: { templates: 1 } } } });
    expect(tried.headers.get("nofx-change")).toBeNull();
    expect(await storedRows(world)).toBe(before);
    const { items } = await campaignOf(alice);
    expect(tried.ok && tried.body.items.map(({ plan }) => plan)).toEqual(items.map(({ plan }) => plan));
  });

  it("201: what there is no time for is left to be planned later", async () => {
    let [time, step] = [Date.now(), 0];
    const tick = () => {
      time += step;
      return time;
    };
    here = await campaignWorld({ now: () => new Date(tick()) });
    const { alice, release } = here;
    for (const templateId of ["a", "b", "c"]) await publishLocked(alice, { templateId });
    await release("1.1.0");
    step = 15_000;
    const { campaign } = await campaignOf(alice);
    expect(campaign.counts.states).toMatchObject({ planned: 1, pending: 2 });
  });

  it("201: the same Idempotency-Key is answered alike, also while the registry is down, and has one effect", async () => {
    const { world, alice, registry, release } = here;
    await publishLocked(alice, { templateId: "any" });
    await release("1.1.0");
    const first = await alice.createUpgradeCampaign({ body: { agent } }, { idempotencyKey: "k" });
    registry.isDown = true;
    const again = await alice.createUpgradeCampaign({ body: { agent } }, { idempotencyKey: "k" });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again).toMatchObject({ status: 201, body: first.ok ? first.body : {} });
    expect(await campaignEvents(world)).toHaveLength(1);
    const other = { agent, from: "^1.0.0" };
    const reused = await alice.createUpgradeCampaign({ body: other }, { idempotencyKey: "k" });
    expect(reused).toBeProblem(422, "idempotency_key_reused");
  });

  it("422 upgrade_target_unknown: no agent, none of another tenant's, no such version, no release", async () => {
    const { world, alice } = here;
    const globex = await world.person("publisher", "globex");
    await publishAgent(world, globex, "hidden", "1.0.0");
    await publishAgent(world, globex, "beta", "1.0.0-beta.1", { visibility: "public" });
    const refused = async (body: Parameters<typeof alice.createUpgradeCampaign>[0]["body"]) => {
      const answered = await alice.createUpgradeCampaign({ body });
      expect(answered).toBeProblem(422, "upgrade_target_unknown");
      return answered.ok ? "" : answered.problem.detail;
    };
    expect(await refused({ agent: { agentId: "nobody" } })).toBe("There is no agent acme/nobody for you.");
    expect(await refused({ agent: { agentId: "hidden", tenant: "globex" } })).toContain("globex/hidden");
    expect(await refused({ agent, to: "9.0.0" })).toContain("9.0.0");
    expect(await refused({ agent: { agentId: "beta", tenant: "globex" } })).toContain("no release");
  });

  it("422 campaign_too_large: more than a thousand templates have to be named", async () => {
    const { world, alice, release } = here;
    await publishLocked(alice, { templateId: "any" });
    await world.database.query(`
      INSERT INTO marketplace.templates SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'template_id', 'copy-' || n))).*
        FROM marketplace.templates t, generate_series(1, 1000) n WHERE t.template_id = 'any'`);
    for (const table of ["template_versions", "template_locks", "template_lock_entries"]) {
      const id = table === "template_versions" ? "'id', gen_random_uuid(), " : "";
      await world.database.query(`
        INSERT INTO marketplace.${table} SELECT (jsonb_populate_record(t, jsonb_build_object(${id}'template_id', 'copy-' || n))).*
          FROM marketplace.${table} t, generate_series(1, 1000) n WHERE t.template_id = 'any'`);
    }
    await release("1.1.0");
    expect(await alice.createUpgradeCampaign({ body: { agent } })).toBeProblem(422, "campaign_too_large");
    const { campaign } = await campaignOf(alice, { templates: ["any", "copy-7"] });
    expect(campaign.counts.templates).toBe(2);
  });

  it("404 template_not_found for a template that is named and not there; 400 request_invalid for a range that is none", async () => {
    const { alice } = here;
    const missing = await alice.createUpgradeCampaign({ body: { agent, templates: ["nobody"] } });
    expect(missing).toBeProblem(404, "template_not_found");
    expect(await alice.createUpgradeCampaign({ body: { agent, from: "^" } })).toBeProblem(400, "request_invalid");
  });

  it("503 dependency_unavailable while the registry is down: nothing is written, and the same key works again", async () => {
    const { world, alice, registry } = here;
    registry.isDown = true;
    const before = await storedRows(world);
    const refused = await alice.createUpgradeCampaign({ body: { agent } }, { idempotencyKey: "k" });
    expect(refused).toBeProblem(503, "dependency_unavailable");
    expect(await storedRows(world)).toBe(before);
    registry.isDown = false;
    expect(await alice.createUpgradeCampaign({ body: { agent } }, { idempotencyKey: "k" })).toMatchObject({
      status: 201,
    });
  });

  it("401, 403 forbidden and 403 agent_not_allowed: it takes a publisher whose token is bound to nothing", async () => {
    const { world } = here;
    const body = { agent };
    expect(await world.anonymous.createUpgradeCampaign({ body })).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.createUpgradeCampaign({ body })).toBeProblem(403, "forbidden");
    const bound = world.as(await world.bound("acme", ["collector"]));
    expect(await bound.createUpgradeCampaign({ body })).toBeProblem(403, "agent_not_allowed");
  });
});
