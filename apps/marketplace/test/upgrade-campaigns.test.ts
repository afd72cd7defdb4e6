import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent } from "./agents.ts";
import {
  type CampaignWorld,
  campaignEvents,
  campaignOf,
  campaignWorld,
  lockedOf,
  publishLocked,
  statesOf,
} from "./campaigns.ts";

const name = (kind: string, index: number) => `${kind}-${index}`;
const failing = [{ name: "first", plan: [{ path: "$.steps[0].agent.version", equals: "1.0.0" }] }];

/** Four templates of each kind, all of which lock `collector` 1.0.0. */
const kinds = {
  stuck: { agents: { helper: "*" } },
  exact: { range: "1.0.0" },
  caret: { range: "^1.0.0" },
  wide: { range: ">=1.0.0" },
  tested: { range: "^1.0.0", content: { tests: failing } },
  undeclared: {},
};

describe("a campaign over many templates", () => {
  let here: CampaignWorld;
  beforeEach(async () => {
    here = await campaignWorld();
    const { world, acme, alice } = here;
    await publishAgent(world, acme, "helper", "1.0.0", { agents: { collector: "1.0.0" } });
    for (const [kind, template] of Object.entries(kinds))
      for (const index of [0, 1, 2, 3]) await publishLocked(alice, { templateId: name(kind, index), ...template });
  });
  const of = (...chosen: (keyof typeof kinds)[]) => chosen.flatMap((kind) => [0, 1, 2, 3].map((i) => name(kind, i)));
  /** Every version that there is, each of which must have been published once, and who holds which collector. */
  const standing = async () => {
    const { database } = here.world;
    const count = async (action: string) =>
      (await database.query("SELECT FROM marketplace.audit_log WHERE action = $1", [action])).length;
    const versions = await database.query("SELECT FROM marketplace.template_versions");
    expect(await count("template.version_published")).toBe(versions.length);
    return { versions: versions.length, applied: await count("campaign.item_applied") };
  };

  it("upgrades what can be, in pieces, and leaves and explains what cannot", async () => {
    const { alice, release } = here;
    await release("1.1.0");
    const { campaign } = await campaignOf(alice);
    const { campaignId } = campaign;
    expect(campaign.counts).toMatchObject({
      templates: 24,
      verdicts: { compatible: 16, breaking: 0, tests_failed: 4, unsatisfiable: 4, refused: 0 },
    });
    const seen: string[] = [];
    for (let remaining = 1; remaining > 0; ) {
      const applied = await unwrap(alice.applyUpgradeCampaign({ campaignId, body: { limit: 5 } }));
      seen.push(...applied.results.map(({ templateId }) => templateId));
      remaining = applied.remaining;
    }
    expect(seen).toEqual(of("caret", "exact", "undeclared", "wide"));
    expect(await standing()).toEqual({ versions: 24 + 4, applied: 16 });
    const states = await statesOf(alice, campaignId);
    for (const id of of("stuck", "tested")) expect([id, states[id]]).toEqual([id, "planned"]);
    for (const id of seen)
      expect([id, await lockedOf(alice, id)]).toEqual([id, `${id.startsWith("exact") ? "1.1.0" : "1.0.0"}: 1.1.0`]);
    const body = { include: ["tests_failed" as const], force: true };
    await unwrap(alice.applyUpgradeCampaign({ campaignId, body }));
    expect((await unwrap(alice.getUpgradeCampaign({ campaignId }))).campaign).toMatchObject({
      status: "running",
      counts: { states: { applied: 20, planned: 4 } },
    });
    const stuck = await unwrap(alice.listUpgradeCampaignItems({ campaignId, verdict: "unsatisfiable" }));
    expect(stuck.items.map(({ plan }) => plan?.problem?.detail?.includes("helper"))).toEqual([true, true, true, true]);
    await unwrap(alice.cancelUpgradeCampaign({ campaignId, body: { reason: "The rest needs a new helper" } }));
  });

  it("goes on where the registry went away in the middle", async () => {
    const { world, alice, registry, release } = here;
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice, { templates: of("caret", "exact") })).campaign;
    await unwrap(alice.applyUpgradeCampaign({ campaignId, body: { limit: 2 } }));
    registry.isDown = true;
    expect(await alice.applyUpgradeCampaign({ campaignId, body: {} })).toBeProblem(503, "dependency_unavailable");
    registry.isDown = false;
    const rest = await unwrap(alice.applyUpgradeCampaign({ campaignId, body: {} }));
    expect(rest).toMatchObject({ remaining: 0, campaign: { status: "completed" } });
    expect(rest.results.map(({ templateId }) => templateId)).toEqual(of("caret", "exact").slice(2));
    expect(await standing()).toEqual({ versions: 24 + 4, applied: 8 });
    expect((await campaignEvents(world)).filter((action) => action === "campaign.completed")).toHaveLength(1);
  });

  it("several requests at once upgrade each template once", async () => {
    const { world, alice, release } = here;
    await release("2.0.0");
    const { campaignId } = (await campaignOf(alice, { templates: of("caret", "exact", "wide") })).campaign;
    const body = { include: ["compatible" as const, "breaking" as const] };
    const runs = await Promise.all([1, 2, 3].map(() => unwrap(alice.applyUpgradeCampaign({ campaignId, body }))));
    const results = runs.flatMap((run) => run.results);
    expect(results.map(({ templateId }) => templateId).sort()).toEqual(of("caret", "exact", "wide"));
    expect(new Set(results.map(({ state }) => state))).toEqual(new Set(["applied"]));
    expect(await standing()).toEqual({ versions: 24 + 8, applied: 12 });
    for (const id of of("caret", "exact")) expect(await lockedOf(alice, id)).toBe("2.0.0: 2.0.0");
    expect((await campaignEvents(world)).filter((action) => action === "campaign.completed")).toHaveLength(1);
  });

  it("goes on where a service ended between a version and its locks", async () => {
    const { alice, release } = here;
    await release("1.1.0");
    const { campaign } = await campaignOf(alice, { templates: ["exact-0"] });
    const { campaignId } = campaign;
    const current = await unwrap(alice.getTemplateVersion({ templateId: "exact-0", version: "1.0.0" }));
    const content = { ...current.content, dependencies: { agents: { collector: "1.1.0" } } };
    await unwrap(alice.publishTemplate({ body: { ...current, version: "1.1.0", content } as never }));
    expect(await lockedOf(alice, "exact-0")).toBe("1.1.0: lock_not_found");
    const applied = await unwrap(alice.applyUpgradeCampaign({ campaignId, body: {} }));
    expect(applied.results).toEqual([{ templateId: "exact-0", state: "applied", version: "1.1.0" }]);
    expect(await lockedOf(alice, "exact-0")).toBe("1.1.0: 1.1.0");
    expect(await standing()).toEqual({ versions: 24 + 1, applied: 1 });
  });

  it("is told in parts where a part of the agents cannot be looked up", async () => {
    const { world, acme, alice, registry, release } = here;
    await publishAgent(world, acme, "other", "1.0.0");
    await publishLocked(alice, { templateId: "zoo", range: "^1.0.0", agents: { other: "*" } });
    await release("1.1.0");
    const { campaignId } = (await campaignOf(alice, { templates: ["caret-0", "zoo"] })).campaign;
    const seen = registry;
    const stop = (changes: readonly { readonly type: string }[] | undefined) => {
      if (changes?.some(({ type }) => type === "campaign.item_applied")) seen.isDown = true;
    };
    world.deps.db.committed.add(stop);
    const partly = await unwrap(alice.applyUpgradeCampaign({ campaignId, body: {} }));
    world.deps.db.committed.delete(stop);
    expect(partly).toMatchObject({
      results: [{ templateId: "caret-0", state: "applied" }],
      remaining: 1,
      stopped: "dependency_unavailable",
      campaign: { status: "running" },
    });
    registry.isDown = false;
    const rest = await unwrap(alice.applyUpgradeCampaign({ campaignId, body: {} }));
    expect(rest).toMatchObject({ results: [{ templateId: "zoo" }], campaign: { status: "completed" } });
  });
});
