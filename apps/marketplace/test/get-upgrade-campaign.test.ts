import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { campaignOf, campaignWorld, noCampaign, publishLocked } from "./campaigns.ts";

it("200: the campaign as it was created; 404 campaign_not_found for none and for another tenant's; 401", async () => {
  const { world, acme, alice, release } = await campaignWorld();
  await publishLocked(alice, { templateId: "any" });
  await release("1.1.0");
  const { campaign } = await campaignOf(alice);
  const { campaignId } = campaign;
  expect(await unwrap(alice.getUpgradeCampaign({ campaignId }))).toEqual({ campaign });
  const viewer = world.as(await world.person("viewer", acme.tenant));
  expect(await viewer.getUpgradeCampaign({ campaignId })).toMatchObject({ status: 200 });
  const bob = world.as(await world.person("admin", "globex"));
  expect(await bob.getUpgradeCampaign({ campaignId })).toBeProblem(404, "campaign_not_found");
  expect(await alice.getUpgradeCampaign({ campaignId: noCampaign })).toBeProblem(404, "campaign_not_found");
  expect(await world.anonymous.getUpgradeCampaign({ campaignId })).toBeProblem(401, "unauthenticated");
});
