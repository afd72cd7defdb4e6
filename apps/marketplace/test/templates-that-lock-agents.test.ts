import { type Client, unwrap } from "@nofx/client";
import type { Impact, registryContract } from "@nofx/contract-registry";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent, publishStep } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";
import { type Relay, relay } from "./relay.ts";

const agentId = "collector";
const reason = "Misreads dates";
const deprecate = { status: "deprecated", reason } as const;

const told = ({ templates }: Impact): string[] =>
  templates.dependents.map(
    ({ tenant, templateId, version, locked }) => `${tenant}/${templateId} ${version}: ${locked}`,
  );

const lock = async (client: MarketplaceClient, templateId: string) =>
  await unwrap(client.lockTemplateVersion({ templateId, version: "1.0.0", body: {} }));

/** A registry that asks a marketplace over HTTP, and a marketplace that asks the registry whose the tokens are. */
describe("what breaks: the templates that lock an agent", () => {
  let between: Relay;
  let world: TestMarketplace;
  let acme: Person;
  let alice: MarketplaceClient;
  let agents: Client<typeof registryContract>;
  beforeEach(async () => {
    between = await relay();
    world = await marketplace({}, { registryEnv: { MARKETPLACE_URL: between.url } });
    between.to(world.fetch);
    acme = await world.person("admin", "acme");
    const globex = await world.person("admin", "globex");
    const bob = world.as(globex);
    [alice, agents] = [world.as(acme), world.registryAs(acme)];
    const publishStepOf = async (client: MarketplaceClient, id: string, visibility?: "public") => {
      const dependencies = client === alice ? { agents: { [agentId]: "^1.0.0" } } : {};
      await publishStep(client, id, "1.0.0", dependencies, visibility);
      await lock(client, id);
    };
    await publishAgent(world, acme, agentId, "1.0.0", { visibility: "public" });
    const through = { agents: { "acme/collector": "^1.0.0" }, visibility: "public" } as const;
    await publishAgent(world, globex, agentId, "1.0.0", through);
    await publishStepOf(alice, "first-a", "public");
    await publishStepOf(alice, "first-b");
    await publishStepOf(alice, "first-c");
    await publishStepOf(bob, "hidden");
    await publishStepOf(bob, "open", "public");
    await publishAgent(world, acme, agentId, "1.1.0");
    await publishStepOf(alice, "second-a", "public");
    await publishStepOf(alice, "second-b");
  });

  const firsts = ["acme/first-a 1.0.0: 1.0.0", "acme/first-b 1.0.0: 1.0.0", "acme/first-c 1.0.0: 1.0.0"];
  const seconds = ["acme/second-a 1.0.0: 1.1.0", "acme/second-b 1.0.0: 1.1.0"];
  const open = "globex/open 1.0.0: 1.0.0";

  const previewVersion = (version: string) =>
    unwrap(agents.setVersionStatus({ agentId, version, dryRun: "true", body: deprecate }));

  it("deprecating a version shows exactly the templates that lock it and that the caller may see", async () => {
    const { impact, dryRun } = await previewVersion("1.0.0");
    expect({ dryRun, ...impact.templates, dependents: told(impact) }).toEqual({
      dryRun: true,
      status: "known",
      dependents: [...firsts, open],
      truncated: false,
    });
    await lock(alice, "first-b");
    expect(told((await previewVersion("1.0.0")).impact)).toEqual([firsts[0], firsts[2], open]);
    expect(told((await previewVersion("1.1.0")).impact)).toEqual(["acme/first-b 1.0.0: 1.1.0", ...seconds]);
    const done = await unwrap(agents.setVersionStatus({ agentId, version: "1.0.0", body: deprecate }));
    expect(told(done.impact)).toEqual([firsts[0], firsts[2], open]);
  });

  it("changing the agent's status shows those of all versions, a rollback those of the version that is left", async () => {
    const preview = await unwrap(agents.setAgentStatus({ agentId, dryRun: "true", body: deprecate }));
    expect(told(preview.impact)).toEqual([...firsts, ...seconds, open]);
    const back = { agentId, dryRun: "true", body: { targetVersion: "1.0.0", reason } } as const;
    expect(told((await unwrap(agents.rollbackAgent(back))).impact)).toEqual(seconds);
  });

  it("is asked as the caller, whose token is in no log", async () => {
    await previewVersion("1.0.0");
    expect(between.asked.map(({ url, authorization }) => [url.pathname + url.search, authorization])).toEqual([
      ["/api/templates/dependents?agent=collector&tenant=acme&version=1.0.0&limit=100", `Bearer ${acme.token}`],
    ]);
    expect(world.registry.logged() + world.logged()).not.toContain(acme.token);
  });

  it("nobody is asked for what is refused, unchanged, released or answered before", async () => {
    const order = { agentId, version: "1.0.0", body: deprecate };
    const first = await unwrap(agents.setVersionStatus(order, { idempotencyKey: "once" }));
    expect(between.asked.splice(0)).toHaveLength(1);
    await lock(alice, "first-a");
    expect(await unwrap(agents.setVersionStatus(order, { idempotencyKey: "once" }))).toEqual(first);
    expect((await unwrap(agents.setVersionStatus(order))).impact.templates.status).toBe("not_asked");
    expect(await agents.setVersionStatus({ ...order, version: "9.0.0" })).toBeProblem(404, "version_not_found");
    const archived = { status: "archived", reason } as const;
    expect(await agents.setVersionStatus({ ...order, version: "1.1.0", body: archived })).toBeProblem(
      409,
      "version_in_use",
    );
    const active = await unwrap(agents.setVersionStatus({ ...order, body: { status: "active", reason } }));
    expect(active.impact.templates.status).toBe("not_asked");
    const same = await unwrap(agents.setAgentStatus({ agentId, body: { status: "active", reason } }));
    expect([same.outcome, same.impact.templates.status]).toEqual(["unchanged", "not_asked"]);
    const rollback = await agents.rollbackAgent({ agentId, body: { targetVersion: "1.1.0", reason } });
    expect(rollback).toBeProblem(409, "rollback_refused");
    expect(between.asked).toEqual([]);
  });

  it("a rollback that meets a publish tells of the version that it really leaves", async () => {
    between.meanwhile = async () => {
      between.meanwhile = async () => undefined;
      await publishAgent(world, acme, agentId, "1.2.0");
    };
    const done = await unwrap(agents.rollbackAgent({ agentId, body: { targetVersion: "1.0.0", reason } }));
    expect([done.from, done.impact.templates.status, told(done.impact)]).toEqual(["1.2.0", "known", []]);
    expect(between.asked.map(({ url }) => url.searchParams.get("version"))).toEqual(["1.1.0", "1.2.0"]);
  });

  it("unavailable, and the change takes place, while the marketplace is down, which shows in health and metrics", async () => {
    await between.close();
    const done = await unwrap(agents.setVersionStatus({ agentId, version: "1.0.0", body: deprecate }));
    expect(done).toMatchObject({
      outcome: "changed",
      version: { status: "deprecated" },
      impact: { templates: { status: "unavailable", dependents: [], truncated: false } },
    });
    for (let call = 1; call < 5; call += 1) await previewVersion("1.1.0");
    const ready = await world.registry.fetch("http://registry.test/health/ready");
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { checks: { marketplace: { status: "ok", circuit: "open" } } },
    ]);
    expect(await world.registry.metrics()).toMatch(/nofx_marketplace_circuit_open\S* 1/);
    expect((await previewVersion("1.1.0")).impact.templates.status).toBe("unavailable");
  });

  it("unavailable within the time for it, while the marketplace is slow; nobody waits for that behind the agent's lock", async () => {
    let arrived = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    between.meanwhile = () => {
      arrived();
      return new Promise(() => undefined);
    };
    const startedAt = performance.now();
    const ends: string[] = [];
    const slow = previewVersion("1.0.0").then((preview) => {
      ends.push("preview");
      return preview;
    });
    await asked;
    await unwrap(agents.setChannel({ agentId, channel: "beta", body: { version: "1.1.0" } }));
    ends.push("channel");
    expect((await slow).impact.templates.status).toBe("unavailable");
    expect(ends).toEqual(["channel", "preview"]);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });

  it("unavailable for a token that may not read templates, which is no failure of the marketplace", async () => {
    const { secret } = await unwrap(agents.createToken({ body: { name: "agents only", scopes: ["agents:admin"] } }));
    const narrow = world.registryAs({ tenant: "acme", token: secret });
    for (let call = 0; call < 6; call += 1) {
      const order = { agentId, version: "1.0.0", dryRun: "true", body: deprecate } as const;
      expect((await unwrap(narrow.setVersionStatus(order))).impact.templates.status).toBe("unavailable");
    }
    expect((await previewVersion("1.0.0")).impact.templates.status).toBe("known");
  });
});
