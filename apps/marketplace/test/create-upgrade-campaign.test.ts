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
    await unwrap(alice.publishTemplate({ body: { ...(await bodyWithoutLock()) } }));
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

  const bodyWithoutLock = async () => ({
    templateId: "unlocked",
    name: "Unlocked",
    version: "1.0.0",
    content: { kind: "workflow" as const, steps: [{ id: "do", agentId: "collector" }] },
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
});
