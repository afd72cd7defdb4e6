import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent } from "./agents.ts";
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

type Order = Parameters<CampaignWorld["alice"]["replanUpgradeCampaign"]>[0]["body"];

describe("replanUpgradeCampaign", () => {
  let here: CampaignWorld;
  let [time, step] = [0, 0];
  const now = () => {
    time += step;
    return new Date(time);
  };
  beforeEach(async () => {
    [time, step] = [Date.now(), 0];
    here = await campaignWorld({ now });
  });
  const replan = async (campaignId: string, body: Order = {}) =>
    await unwrap(here.alice.replanUpgradeCampaign({ campaignId, body }));
  const planAndStale = async () => {
    const { alice, release } = here;
    for (const templateId of ["done", "moved"]) await publishLocked(alice, { templateId, range: "1.0.0" });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    const content = { goal: "Another one." };
    await publishLocked(alice, { templateId: "done", range: "1.1.0", overrides: { version: "1.2.0" } });
    await publishLocked(alice, { templateId: "moved", range: "1.0.0", content, overrides: { version: "1.0.1" } });
    await unwrap(alice.applyUpgradeCampaign({ campaignId, body: {} }));
    return campaignId;
  };

  it("200: what has moved on is planned as it stands now, what needs nothing any more is skipped; then it can be applied", async () => {
    const { world, alice } = here;
    const campaignId = await planAndStale();
    expect(await statesOf(alice, campaignId)).toEqual({ done: "stale", moved: "stale" });
    expect(await replan(campaignId)).toMatchObject({
      replanned: 2,
      remaining: 0,
      campaign: { status: "running", counts: { states: { planned: 1, skipped: 1, stale: 0 } } },
    });
    const { items } = await unwrap(alice.listUpgradeCampaignItems({ campaignId, state: "planned" }));
    expect(items).toMatchObject([{ templateId: "moved", fromVersion: "1.0.1", plan: { version: "1.1.0" } }]);
    expect(items[0]?.result).toBeUndefined();
    const applied = await unwrap(alice.applyUpgradeCampaign({ campaignId, body: {} }));
    expect(applied).toMatchObject({
      results: [{ templateId: "moved", version: "1.1.0" }],
      campaign: { status: "completed" },
    });
    expect(await lockedOf(alice, "moved")).toBe("1.1.0: 1.1.0");
    expect(await campaignEvents(world)).toEqual([
      "campaign.created",
      "campaign.replanned",
      "campaign.item_applied",
      "campaign.completed",
    ]);
    expect(await replan(campaignId)).toMatchObject({ replanned: 0, campaign: { status: "completed" } });
  });

  it("200: goes on with what there was no time for, and tells what is left", async () => {
    const { alice, release } = here;
    for (const templateId of ["a", "b", "c"]) await publishLocked(alice, { templateId });
    await release("1.1.0");
    step = 15_000;
    const { campaignId } = (await campaignOf(alice)).campaign;
    expect(Object.values(await statesOf(alice, campaignId))).toEqual(["planned", "pending", "pending"]);
    const first = await replan(campaignId);
    expect(first).toMatchObject({ stopped: "time" });
    expect(first.remaining).toBe(2 - first.replanned);
    step = 0;
    expect(await replan(campaignId)).toMatchObject({ remaining: 0, campaign: { counts: { states: { planned: 3 } } } });
  });

  it("200: plans that wait are made anew if asked for, and only of named templates", async () => {
    const { world, acme, alice, release } = here;
    await publishAgent(world, acme, "helper", "1.0.0", { agents: { collector: "1.0.0" } });
    for (const templateId of ["a", "b"]) await publishLocked(alice, { templateId, agents: { helper: "*" } });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice)).campaign;
    await publishAgent(world, acme, "helper", "1.1.0", { agents: { collector: "*" } });
    expect(await replan(campaignId)).toMatchObject({ replanned: 0 });
    const some = await replan(campaignId, { states: ["planned"], templates: ["b"] });
    expect(some).toMatchObject({
      replanned: 1,
      campaign: { counts: { verdicts: { unsatisfiable: 1, compatible: 1 } } },
    });
  });

  it("200: the same Idempotency-Key is answered alike, and has one effect", async () => {
    const { world, alice } = here;
    const campaignId = await planAndStale();
    const order = { campaignId, body: {} };
    const first = await alice.replanUpgradeCampaign(order, { idempotencyKey: "k" });
    const again = await alice.replanUpgradeCampaign(order, { idempotencyKey: "k" });
    expect(again).toMatchObject({ status: 200, body: first.ok ? first.body : {} });
    expect((await campaignEvents(world)).filter((action) => action === "campaign.replanned")).toHaveLength(1);
  });

  it("503 dependency_unavailable while the registry is down: what has moved on stays so", async () => {
    const { alice, registry } = here;
    const campaignId = await planAndStale();
    registry.isDown = true;
    expect(await alice.replanUpgradeCampaign({ campaignId, body: {} })).toBeProblem(503, "dependency_unavailable");
    expect((await statesOf(alice, campaignId)).moved).toBe("stale");
  });

  it("409 campaign_closed for a cancelled one, 404 campaign_not_found, 401 and 403", async () => {
    const { world, alice } = here;
    const campaignId = await planAndStale();
    const none = { campaignId: noCampaign, body: {} };
    expect(await alice.replanUpgradeCampaign(none)).toBeProblem(404, "campaign_not_found");
    expect(await world.anonymous.replanUpgradeCampaign(none)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.replanUpgradeCampaign(none)).toBeProblem(403, "forbidden");
    await unwrap(alice.cancelUpgradeCampaign({ campaignId, body: { reason: "testing" } }));
    expect(await alice.replanUpgradeCampaign({ campaignId, body: {} })).toBeProblem(409, "campaign_closed");
  });
});
