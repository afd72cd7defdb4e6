import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent } from "./agents.ts";
import { type CampaignWorld, campaignOf, campaignWorld, publishLocked } from "./campaigns.ts";

describe("listUpgradeCampaigns", () => {
  let here: CampaignWorld;
  let ids: string[];
  beforeEach(async () => {
    here = await campaignWorld();
    const { world, acme, alice, release } = here;
    await publishLocked(alice, { templateId: "any" });
    await publishAgent(world, acme, "helper", "1.0.0");
    await release("1.1.0");
    const first = await campaignOf(alice);
    const second = await campaignOf(alice, { to: "1.1.0", from: "^1.0.0" });
    const third = await campaignOf(alice, { agent: { agentId: "helper" } });
    ids = [third, second, first].map(({ campaign }) => campaign.campaignId);
  });

  it("200: the latest first, each counted, by status and by agent", async () => {
    const { alice } = here;
    const { campaigns } = await unwrap(alice.listUpgradeCampaigns({}));
    expect(campaigns.map(({ campaignId }) => campaignId)).toEqual(ids);
    expect(campaigns[2]).toEqual((await unwrap(alice.getUpgradeCampaign({ campaignId: ids[2] ?? "" }))).campaign);
    expect(campaigns.map(({ from, counts }) => [from, counts.templates])).toEqual([
      [undefined, 0],
      ["^1.0.0", 1],
      [undefined, 1],
    ]);
    const told = async (query: Parameters<typeof alice.listUpgradeCampaigns>[0]) =>
      (await unwrap(alice.listUpgradeCampaigns(query))).campaigns.map(({ campaignId }) => ids.indexOf(campaignId));
    expect(await told({ status: "completed" })).toEqual([0]);
    expect(await told({ agent: "collector" })).toEqual([1, 2]);
    expect(await told({ agent: "collector", tenant: "globex" })).toEqual([]);
  });

  it("200: page by page, each once; 400 cursor_invalid for a cursor of another list", async () => {
    const { alice } = here;
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 1, ...(cursor !== undefined && { cursor }) };
      const page = await unwrap(alice.listUpgradeCampaigns(query));
      seen.push(...page.campaigns.map(({ campaignId }) => campaignId));
      cursor = page.nextCursor ?? undefined;
      if (cursor)
        expect(await alice.listUpgradeCampaigns({ cursor, status: "planned" })).toBeProblem(400, "cursor_invalid");
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
  });

  it("200: another tenant's are not there; 401 for nobody in particular", async () => {
    const { world } = here;
    const bob = world.as(await world.person("admin", "globex"));
    expect((await unwrap(bob.listUpgradeCampaigns({}))).campaigns).toEqual([]);
    expect(await world.anonymous.listUpgradeCampaigns({})).toBeProblem(401, "unauthenticated");
  });
});
