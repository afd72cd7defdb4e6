import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent, publishStep } from "./agents.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";

describe("listAgentDependents", () => {
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  let bob: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    const acme = await world.person("admin", "acme");
    const globex = await world.person("admin", "globex");
    [alice, bob] = [world.as(acme), world.as(globex)];
    for (const version of ["1.0.0", "2.0.0"])
      await publishAgent(world, acme, "collector", version, { visibility: "public" });
    await publishAgent(world, globex, "collector", "1.0.0", { agents: { "acme/collector": "^1.0.0" } });
    const lock = async (client: MarketplaceClient, templateId: string) =>
      await unwrap(client.lockTemplateVersion({ templateId, version: "1.0.0", body: {} }));
    await publishStep(alice, "direct", "1.0.0", { agents: { collector: "^1.0.0" } }, "public");
    await publishStep(alice, "latest", "1.0.0", {}, "public");
    await publishStep(alice, "private", "1.0.0");
    await publishStep(alice, "unlocked", "1.0.0", {}, "public");
    for (const id of ["direct", "latest", "private"]) await lock(alice, id);
    await publishStep(bob, "through-another", "1.0.0", {}, "public");
    await lock(bob, "through-another");
  });

  const told = async (client: MarketplaceClient, more: { version?: string } = {}) =>
    (await unwrap(client.listAgentDependents({ agent: "collector", tenant: "acme", ...more }))).dependents.map(
      ({ tenant, templateId, version, locked }) => `${tenant}/${templateId} ${version}: ${locked}`,
    );

  it("200: whose locks hold it, directly or through others, as far as the caller may see them", async () => {
    const open = ["acme/direct 1.0.0: 1.0.0", "acme/latest 1.0.0: 2.0.0"];
    expect(await told(alice)).toEqual([...open, "acme/private 1.0.0: 2.0.0"]);
    expect(await told(bob)).toEqual([...open, "globex/through-another 1.0.0: 1.0.0"]);
    expect(await told(world.anonymous)).toEqual(open);
    expect(await told(bob, { version: "1.0.0" })).toEqual([open[0], "globex/through-another 1.0.0: 1.0.0"]);
    const own = await unwrap(bob.listAgentDependents({ agent: "collector" }));
    expect(own.dependents).toEqual([
      { tenant: "globex", templateId: "through-another", version: "1.0.0", locked: "1.0.0" },
    ]);
  });

  it("200: disabled templates are told to their own tenant only", async () => {
    await unwrap(alice.setTemplateStatus({ templateId: "direct", body: { status: "disabled", reason: "testing" } }));
    expect(await told(alice)).toHaveLength(3);
    expect(await told(bob)).not.toContain("acme/direct 1.0.0: 1.0.0");
  });

  it("200: page by page, each once; 400 cursor_invalid for a cursor that is none", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(
        alice.listAgentDependents({ agent: "collector", limit: 1, ...(cursor !== undefined && { cursor }) }),
      );
      seen.push(...page.dependents.map(({ templateId }) => templateId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(["direct", "latest", "private"]);
    const broken = await alice.listAgentDependents({ agent: "collector", cursor: "x" });
    expect(broken).toBeProblem(400, "cursor_invalid");
  });

  it("400 request_invalid: nobody in particular has to say whose agent is meant", async () => {
    expect(await world.anonymous.listAgentDependents({ agent: "collector" })).toBeProblem(400, "request_invalid");
  });
});
