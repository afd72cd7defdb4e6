import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type CampaignWorld,
  campaignEvents,
  campaignOf,
  campaignWorld,
  lockedOf,
  noCampaign,
  publishLocked,
} from "./campaigns.ts";

const body = { reason: "Another version is about to come" };

describe("cancelUpgradeCampaign", () => {
  let here: CampaignWorld;
  let campaignId: string;
  beforeEach(async () => {
    here = await campaignWorld();
    const { alice, release } = here;
    for (const templateId of ["a", "b"]) await publishLocked(alice, { templateId });
    await release("1.1.0");
    campaignId = (await campaignOf(alice)).campaign.campaignId;
  });

  it("200: what was upgraded stays, nothing more is, and the reason is in the audit log; again, it is unchanged", async () => {
    const { world, alice } = here;
    await unwrap(alice.applyUpgradeCampaign({ campaignId, body: { limit: 1 } }));
    const cancelled = await alice.cancelUpgradeCampaign({ campaignId, body });
    expect(cancelled).toMatchObject({
      status: 200,
      body: { outcome: "changed", campaign: { status: "cancelled", counts: { states: { applied: 1, planned: 1 } } } },
    });
    expect(cancelled.headers.get("nofx-change")).toBeTruthy();
    expect(await unwrap(alice.cancelUpgradeCampaign({ campaignId, body }))).toMatchObject({ outcome: "unchanged" });
    expect(await Promise.all(["a", "b"].map((id) => lockedOf(alice, id)))).toEqual(["1.0.0: 1.1.0", "1.0.0: 1.0.0"]);
    expect(await campaignEvents(world)).toEqual(["campaign.created", "campaign.item_applied", "campaign.cancelled"]);
    const reasons = await world.database.query(
      "SELECT reason FROM marketplace.audit_log WHERE action = 'campaign.cancelled'",
    );
    expect(reasons).toEqual([body]);
  });

  it("200: a request that is at work finishes the upgrade that it is at, and begins no further one", async () => {
    const { alice, registry } = here;
    registry.onLookUp = () => alice.cancelUpgradeCampaign({ campaignId, body });
    expect(await unwrap(alice.applyUpgradeCampaign({ campaignId, body: {} }))).toMatchObject({
      results: [{ templateId: "a", state: "applied" }],
      remaining: 1,
      stopped: "cancelled",
      campaign: { status: "cancelled" },
    });
    expect(await lockedOf(alice, "b")).toBe("1.0.0: 1.0.0");
  });

  it("409 campaign_closed for a completed one, 404 campaign_not_found for none and for another tenant's, 401 and 403", async () => {
    const { world, alice } = here;
    const bob = world.as(await world.person("admin", "globex"));
    expect(await bob.cancelUpgradeCampaign({ campaignId, body })).toBeProblem(404, "campaign_not_found");
    const none = { campaignId: noCampaign, body };
    expect(await alice.cancelUpgradeCampaign(none)).toBeProblem(404, "campaign_not_found");
    expect(await world.anonymous.cancelUpgradeCampaign(none)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.cancelUpgradeCampaign(none)).toBeProblem(403, "forbidden");
    await unwrap(alice.applyUpgradeCampaign({ campaignId, body: {} }));
    expect(await alice.cancelUpgradeCampaign({ campaignId, body })).toBeProblem(409, "campaign_closed");
  });
});
