import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type CampaignWorld, campaignOf, campaignWorld, noCampaign, publishLocked } from "./campaigns.ts";

describe("listUpgradeCampaignItems", () => {
  let here: CampaignWorld;
  let campaignId: string;
  beforeEach(async () => {
    here = await campaignWorld();
    const { alice, release } = here;
    for (const templateId of ["a", "b", "c"]) await publishLocked(alice, { templateId });
    await release("1.1.0");
    await publishLocked(alice, { templateId: "d" });
    await release("2.0.0");
    campaignId = (await campaignOf(alice, { to: "1.1.0" })).campaign.campaignId;
    await unwrap(alice.applyUpgradeCampaign({ campaignId, body: { limit: 1 } }));
  });

  it("200: in the order in which they are applied, by state and by verdict", async () => {
    const { alice } = here;
    const told = async (query: object) =>
      (await unwrap(alice.listUpgradeCampaignItems({ campaignId, ...query }))).items.map(
        ({ templateId }) => templateId,
      );
    expect(await told({})).toEqual(["a", "b", "c"]);
    expect(await told({ state: "applied" })).toEqual(["a"]);
    expect(await told({ state: "planned", verdict: "compatible" })).toEqual(["b", "c"]);
    expect(await told({ verdict: "breaking" })).toEqual([]);
  });

  it("200: page by page, each once; 400 cursor_invalid for a cursor that is none", async () => {
    const { alice } = here;
    const first = await unwrap(alice.listUpgradeCampaignItems({ campaignId, limit: 2 }));
    const rest = await unwrap(alice.listUpgradeCampaignItems({ campaignId, limit: 2, cursor: first.nextCursor ?? "" }));
    expect([...first.items, ...rest.items].map(({ templateId }) => templateId)).toEqual(["a", "b", "c"]);
    expect(rest.nextCursor).toBeUndefined();
    expect(await alice.listUpgradeCampaignItems({ campaignId, cursor: "x" })).toBeProblem(400, "cursor_invalid");
  });

  it("404 campaign_not_found for none and for another tenant's; 401 for nobody in particular", async () => {
    const { world, alice } = here;
    const bob = world.as(await world.person("admin", "globex"));
    expect(await bob.listUpgradeCampaignItems({ campaignId })).toBeProblem(404, "campaign_not_found");
    const missing = await alice.listUpgradeCampaignItems({ campaignId: noCampaign });
    expect(missing).toBeProblem(404, "campaign_not_found");
    expect(await world.anonymous.listUpgradeCampaignItems({ campaignId })).toBeProblem(401, "unauthenticated");
  });
});
