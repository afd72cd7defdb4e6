import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent } from "./agents.ts";
import { type CampaignWorld, campaignWorld, publishLocked } from "./campaigns.ts";

type Query = Parameters<CampaignWorld["alice"]["listOutdatedTemplates"]>[0];

describe("listOutdatedTemplates", () => {
  let here: CampaignWorld;
  beforeEach(async () => {
    here = await campaignWorld();
    const { world, acme, alice, release } = here;
    await publishAgent(world, acme, "helper", "1.0.0");
    const content = { environments: { production: { agents: { collector: "1.0.0" } } } };
    await publishLocked(alice, { templateId: "a", range: "^1.0.0", content, environments: ["production"] });
    await publishLocked(alice, { templateId: "b", range: "1.0.0", agents: { helper: "*" } });
    await release("1.1.0");
    await publishLocked(alice, { templateId: "c" });
    await release("2.0.0-beta.1");
  });
  const told = async (query: Query = {}, client = here.alice) =>
    (await unwrap(client.listOutdatedTemplates(query))).templates.map(({ templateId, version, entries }) => [
      `${templateId} ${version}`,
      ...entries.map(({ agent, environment = "", locked, wanted, latest, reasons }) =>
        [agent.agentId, environment, locked, wanted, latest, ...reasons].join(" "),
      ),
    ]);

  it("200: what is locked, what its ranges admit now, what is latest, and why that matters, lock by lock", async () => {
    const { world, acme, alice } = here;
    const outdated = [
      ["a 1.0.0", "collector  1.0.0 1.1.0 1.1.0 outdated", "collector production 1.0.0 1.0.0 1.1.0 outdated"],
      ["b 1.0.0", "collector  1.0.0 1.0.0 1.1.0 outdated"],
    ];
    expect(await told()).toEqual(outdated);
    const registry = world.registryAs(acme);
    const body = { status: "deprecated" as const, reason: "testing" };
    await unwrap(registry.setVersionStatus({ agentId: "collector", version: "1.0.0", body }));
    await unwrap(registry.setAgentStatus({ agentId: "helper", body: { status: "disabled", reason: "testing" } }));
    expect(await told({ reason: "deprecated", agent: "collector" })).toMatchObject([
      ["a 1.0.0", expect.stringMatching(/outdated deprecated$/), expect.stringMatching(/outdated deprecated$/)],
      ["b 1.0.0", expect.stringMatching(/outdated deprecated$/)],
    ]);
    expect(await told({ reason: "gone" })).toEqual([["b 1.0.0", "helper  1.0.0   gone"]]);
    expect(await told({ agent: "helper", tenant: "acme", reason: "outdated" })).toEqual([]);
    await unwrap(alice.setTemplateStatus({ templateId: "a", body: { status: "disabled", reason: "testing" } }));
    expect((await told()).map(([name]) => name)).toEqual(["b 1.0.0"]);
    await unwrap(registry.setAgentStatus({ agentId: "collector", body }));
    expect(await told({ reason: "deprecated" })).toMatchObject([
      ["b 1.0.0", expect.any(String)],
      ["c 1.0.0", expect.any(String)],
    ]);
  });

  it("200: only locks of the current version count, and only one's own tenant's", async () => {
    const { world, acme, alice } = here;
    await publishLocked(alice, { templateId: "b", range: "1.1.0", overrides: { version: "1.1.0" } });
    expect((await told()).map(([name]) => name)).toEqual(["a 1.0.0"]);
    const bob = world.as(await world.person("viewer", "globex"));
    expect(await told({ agent: "collector", tenant: acme.tenant }, bob)).toEqual([]);
  });

  it("200: page by page, each template once; a page may be shorter; 400 cursor_invalid for a cursor that is none", async () => {
    const { alice } = here;
    const seen: string[][] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 1, ...(cursor !== undefined && { cursor }) };
      const page = await unwrap(alice.listOutdatedTemplates(query));
      seen.push(page.templates.map(({ templateId }) => templateId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([["a"], ["b"], []]);
    expect(await alice.listOutdatedTemplates({ cursor: "x" })).toBeProblem(400, "cursor_invalid");
  });

  it("503 dependency_unavailable while the registry is down", async () => {
    const { alice, registry } = here;
    registry.isDown = true;
    expect(await alice.listOutdatedTemplates({})).toBeProblem(503, "dependency_unavailable");
  });

  it("401 for nobody in particular", async () => {
    expect(await here.world.anonymous.listOutdatedTemplates({})).toBeProblem(401, "unauthenticated");
  });
});
