import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent, storedRows } from "./agents.ts";
import {
  type CampaignWorld,
  campaignEvents,
  campaignOf,
  campaignWorld,
  lockedOf,
  noCampaign,
  publishLocked,
  statesOf,
} from "./campaigns.ts";

type Order = Parameters<CampaignWorld["alice"]["applyUpgradeCampaign"]>[0]["body"];

describe("applyUpgradeCampaign", () => {
  let here: CampaignWorld;
  beforeEach(async () => {
    here = await campaignWorld();
  });
  const apply = async (campaignId: string, body: Order = {}) =>
    await unwrap(here.alice.applyUpgradeCampaign({ campaignId, body }));

  it("200: locks move or versions are published, exactly as planned; the campaign is completed, audited and told", async () => {
    const { world, acme, alice, release } = here;
    await publishAgent(world, acme, "editor", "1.0.0");
    const environments = { production: { agents: { collector: "~1.0.0" } } };
    await publishLocked(alice, { templateId: "exact", range: "1.0.0", agents: { editor: "^1.0.0" } });
    await publishLocked(alice, { templateId: "moving", range: "^1.0.0", agents: { editor: "^1.0.0" } });
    await publishLocked(alice, { templateId: "pinned", content: { environments }, environments: ["production"] });
    await publishAgent(world, acme, "editor", "1.1.0");
    await release("1.1.0");
    const { campaign, items } = await campaignOf(alice);
    const { campaignId } = campaign;
    await release("1.2.0");
    const answered = await alice.applyUpgradeCampaign({ campaignId, body: {} });
    expect(answered.headers.get("nofx-change")).toBeTruthy();
    expect(answered).toMatchObject({
      status: 200,
      body: {
        campaign: { status: "completed", counts: { states: { applied: 3 } } },
        results: [
          { templateId: "exact", state: "applied", version: "1.1.0" },
          { templateId: "moving", state: "applied", version: "1.0.0" },
          { templateId: "pinned", state: "applied", version: "1.1.0" },
        ],
        remaining: 0,
      },
    });
    const kept = await Promise.all([
      ...["exact", "moving", "pinned"].map((id) => lockedOf(alice, id)),
      lockedOf(alice, "pinned", "production"),
    ]);
    expect(kept).toEqual(["1.1.0: 1.1.0", "1.0.0: 1.1.0", "1.1.0: 1.1.0", "1.1.0: 1.1.0"]);
    const lock = await unwrap(alice.getTemplateVersionLock({ templateId: "exact", version: "1.1.0" }));
    expect(lock.lock.agents["acme/editor"]?.version).toBe("1.0.0");
    const published = await unwrap(alice.getTemplateVersion({ templateId: "exact", version: "1.1.0" }));
    const before = await unwrap(alice.getTemplateVersion({ templateId: "exact", version: "1.0.0" }));
    const dependencies = { agents: { collector: "1.1.0", editor: "^1.0.0" } };
    expect(published).toEqual({ ...before, version: "1.1.0", content: { ...before.content, dependencies } });
    const after = await unwrap(alice.listUpgradeCampaignItems({ campaignId }));
    expect(after.items.map(({ plan }) => plan)).toEqual(items.map(({ plan }) => plan));
    expect(after.items.map(({ result }) => result?.version)).toEqual(["1.1.0", "1.0.0", "1.1.0"]);
    const applied = Array.from({ length: 3 }, () => "campaign.item_applied");
    expect(await campaignEvents(world)).toEqual(["campaign.created", ...applied, "campaign.completed"]);
    const locked = await world.database.query(
      "SELECT details FROM marketplace.audit_log WHERE action = 'template.version_locked' AND details ->> 'campaignId' IS NOT NULL",
    );
    expect(locked).toHaveLength(4);
    expect(locked).toContainEqual({ details: expect.objectContaining({ campaignId, environment: "production" }) });
    const bob = world.as(await world.person("viewer", "globex"));
    const { changes } = await unwrap(bob.listMarketplaceChanges());
    expect(changes.filter(({ resourceType }) => resourceType === "campaign")).toEqual([]);
  });

  it("200: only what is asked for is upgraded, by verdict, by name, and up to a limit; applied again, nothing is left", async () => {
    const { alice, release } = here;
    for (const templateId of ["a", "b", "c", "d"]) await publishLocked(alice, { templateId, range: ">=1.0.0" });
    await release("2.0.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    expect(await apply(campaignId)).toMatchObject({ results: [], remaining: 0, campaign: { status: "running" } });
    const breaking = { include: ["breaking" as const] };
    expect(await apply(campaignId, { ...breaking, templates: ["c", "nobody"] })).toMatchObject({
      results: [{ templateId: "c" }],
      remaining: 0,
    });
    expect(await apply(campaignId, { ...breaking, limit: 2 })).toMatchObject({
      results: [{ templateId: "a" }, { templateId: "b" }],
      remaining: 1,
      stopped: "limit",
    });
    expect(await apply(campaignId, breaking)).toMatchObject({ results: [{ templateId: "d" }], remaining: 0 });
    expect(await apply(campaignId, breaking)).toMatchObject({ results: [], campaign: { status: "completed" } });
  });

  it("200 stale: whose version or locks have moved on is left alone, and so is what would hold a version that is gone", async () => {
    const { world, acme, alice, release } = here;
    const registry = world.registryAs(acme);
    await publishAgent(world, acme, "helper", "1.0.0");
    for (const templateId of ["disabled", "locked", "published"])
      await publishLocked(alice, { templateId, range: "1.0.0" });
    await publishLocked(alice, { templateId: "relocked", range: "^1.0.0", agents: { helper: "*" } });
    await publishLocked(alice, { templateId: "torn", range: "^1.0.0", agents: { helper: "*" } });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice, { to: "1.1.0" })).campaign;
    const body = { status: "disabled" as const, reason: "testing" };
    await unwrap(alice.setTemplateStatus({ templateId: "disabled", body }));
    const environments = { production: {} };
    const next = { templateId: "published", range: "1.0.0", content: { environments } };
    await publishLocked(alice, { ...next, overrides: { version: "1.1.0" } });
    for (const templateId of ["locked", "relocked"])
      await unwrap(alice.lockTemplateVersion({ templateId, version: "1.0.0", body: { strategy: "lowest" } }));
    await unwrap(registry.setAgentStatus({ agentId: "helper", body }));
    const { results, campaign } = await apply(campaignId);
    expect(results.map(({ templateId, state }) => [templateId, state])).toEqual([
      ["disabled", "stale"],
      ["locked", "stale"],
      ["published", "stale"],
      ["relocked", "stale"],
      ["torn", "stale"],
    ]);
    expect(results[4]?.problem).toMatchObject({ code: "stale", detail: expect.stringContaining("not there any more") });
    expect(campaign).toMatchObject({ status: "running", counts: { states: { stale: 5 } } });
    expect(await lockedOf(alice, "published")).toBe("1.1.0: 1.0.0");
    expect(await apply(campaignId)).toMatchObject({ results: [], remaining: 0 });
  });

  it("200: what somebody has locked in the same way meanwhile is applied, and written once", async () => {
    const { world, alice, release } = here;
    await publishLocked(alice, { templateId: "any", range: "^1.0.0" });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    await unwrap(alice.lockTemplateVersion({ templateId: "any", version: "1.0.0", body: {} }));
    expect(await apply(campaignId)).toMatchObject({ results: [{ state: "applied" }] });
    const events = await world.database.query(
      "SELECT FROM marketplace.audit_log WHERE action = 'template.version_locked'",
    );
    expect(events).toHaveLength(2);
  });

  it("200 failed: what is refused when it is published is told with its problem, and the others are upgraded", async () => {
    const { alice, release } = here;
    for (const templateId of ["bad", "good"]) await publishLocked(alice, { templateId, range: "1.0.0" });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    await unwrap(alice.updateMarketplaceSettings({ body: { semverPolicy: "off" } }));
    const steps = ["do", "more"].map((id) => ({ id, agentId: "collector" }));
    const content = { kind: "workflow" as const, steps, dependencies: { agents: { collector: "1.0.0" } } };
    const body = { templateId: "bad", name: "bad", version: "1.0.5", content };
    await unwrap(alice.publishTemplate({ body }));
    await unwrap(alice.rollbackTemplate({ templateId: "bad", body: { targetVersion: "1.0.0", reason: "testing" } }));
    await unwrap(alice.updateMarketplaceSettings({ body: { semverPolicy: "enforce" } }));
    const { results } = await apply(campaignId);
    expect(results).toMatchObject([
      { templateId: "bad", state: "failed", problem: { code: "version_bump_too_small" } },
      { templateId: "good", state: "applied", version: "1.1.0" },
    ]);
    expect(await lockedOf(alice, "bad")).toBe("1.0.0: 1.0.0");
    const { items } = await unwrap(alice.listUpgradeCampaignItems({ campaignId, state: "failed" }));
    expect(items[0]?.result?.problem?.code).toBe("version_bump_too_small");
  });

  it("200: failing tests take force, and 403 forbidden without templates:admin", async () => {
    const { world, alice, release } = here;
    const tests = [{ name: "first", plan: [{ path: "$.steps[0].agent.version", equals: "1.0.0" }] }];
    await publishLocked(alice, { templateId: "tested", range: "^1.0.0", content: { tests } });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    const include = ["tests_failed" as const];
    const unforced = await alice.applyUpgradeCampaign({ campaignId, body: { include } });
    expect(unforced).toBeProblem(400, "request_invalid");
    const body = { include, force: true };
    const publisher = world.as(await world.person("publisher", "acme"));
    expect(await publisher.applyUpgradeCampaign({ campaignId, body })).toBeProblem(403, "forbidden");
    expect(await apply(campaignId)).toMatchObject({ results: [] });
    expect(await apply(campaignId, body)).toMatchObject({ results: [{ templateId: "tested", state: "applied" }] });
  });

  it("200: the same Idempotency-Key is answered alike and applies nothing more; another one goes on", async () => {
    const { world, alice, release } = here;
    for (const templateId of ["a", "b"]) await publishLocked(alice, { templateId });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    const order = { campaignId, body: { limit: 1 } };
    const first = await alice.applyUpgradeCampaign(order, { idempotencyKey: "k" });
    const before = await storedRows(world);
    const again = await alice.applyUpgradeCampaign(order, { idempotencyKey: "k" });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again).toMatchObject({ status: 200, body: first.ok ? first.body : {} });
    expect(await storedRows(world)).toBe(before);
    expect(await alice.applyUpgradeCampaign(order, { idempotencyKey: "l" })).toMatchObject({
      body: { results: [{ templateId: "b" }], campaign: { status: "completed" } },
    });
  });

  it("409 campaign_closed for a cancelled one, 404 campaign_not_found for none and for another tenant's", async () => {
    const { world, alice, release } = here;
    await publishLocked(alice, { templateId: "any" });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    const bob = world.as(await world.person("admin", "globex"));
    const missing = [bob.applyUpgradeCampaign({ campaignId, body: {} }), applyNone()];
    for (const answered of missing) expect(await answered).toBeProblem(404, "campaign_not_found");
    await unwrap(alice.cancelUpgradeCampaign({ campaignId, body: { reason: "testing" } }));
    expect(await alice.applyUpgradeCampaign({ campaignId, body: {} })).toBeProblem(409, "campaign_closed");
    expect(await lockedOf(alice, "any")).toBe("1.0.0: 1.0.0");
    expect(await statesOf(alice, campaignId)).toEqual({ any: "planned" });
  });
  const applyNone = () => here.alice.applyUpgradeCampaign({ campaignId: noCampaign, body: {} });

  it("503 dependency_unavailable while the registry is down: nothing is applied", async () => {
    const { alice, registry, release } = here;
    await publishLocked(alice, { templateId: "exact", range: "1.0.0" });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    registry.isDown = true;
    expect(await alice.applyUpgradeCampaign({ campaignId, body: {} })).toBeProblem(503, "dependency_unavailable");
    expect(await lockedOf(alice, "exact")).toBe("1.0.0: 1.0.0");
    expect(await statesOf(alice, campaignId)).toEqual({ exact: "planned" });
  });

  it("401, 403 forbidden and 403 agent_not_allowed: it takes a publisher whose token is bound to nothing", async () => {
    const { world } = here;
    const order = { campaignId: noCampaign, body: {} };
    expect(await world.anonymous.applyUpgradeCampaign(order)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.applyUpgradeCampaign(order)).toBeProblem(403, "forbidden");
    const bound = world.as(await world.bound("acme", ["collector"]));
    expect(await bound.applyUpgradeCampaign(order)).toBeProblem(403, "agent_not_allowed");
  });
});
