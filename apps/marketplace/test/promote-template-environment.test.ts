import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAgent, storedRows, tooManyAgents } from "./agents.ts";
import {
  type EnvironmentsWorld,
  environmentEvents,
  environments,
  keep,
  keptRows,
  templateId,
  withEnvironments,
} from "./environments.ts";
import type { MarketplaceClient } from "./marketplace.ts";
import { prompt } from "./templates.ts";

const named = { templateId, tenant: "acme" };
const order = { ...named, name: "staging", body: { to: "production", variables: { since: "v1" } } };

describe("promoteTemplateEnvironment", () => {
  let given: EnvironmentsWorld;
  beforeEach(async () => {
    given = await withEnvironments();
  });

  const promote = async (client: MarketplaceClient = given.alice, more: { dryRun?: "true" } = {}) =>
    await unwrap(client.promoteTemplateEnvironment({ ...order, ...more }));
  /** What runs: version of the template, of its agents, where the lock comes from, and the site. */
  const running = async (environment: string, client: MarketplaceClient = given.alice) => {
    const body = { environment, variables: { since: "v1" } };
    const { plan, lock } = await unwrap(client.renderTemplate({ ...named, body }));
    const agents = plan.steps.map(({ agent }) => `${agent.agentId} ${agent.version}`);
    return [plan.template.version, ...agents, lock?.from, plan.variables.site];
  };

  it("200 changed: the version and exactly the agents of staging run in production, with its own variables", async () => {
    const { alice, acme, world, publish } = given;
    await keep(alice, "production", { version: "1.0.0", variables: { site: "https://prod.example" } });
    expect(await running("production")).toEqual([
      "1.0.0",
      "collector 1.0.0",
      "editor 2.0.0",
      "resolved",
      "https://prod.example",
    ]);
    await publish("1.1.0", { goal: "Everything is told twice." });
    const { environment, difference, lock, ...rest } = await promote();
    expect(rest).toEqual({ outcome: "changed", dryRun: false, warnings: [] });
    expect(environment).toMatchObject({
      name: "production",
      version: "1.1.0",
      kept: {
        version: "1.1.0",
        variables: { site: "https://prod.example" },
        agents: { collector: null, "acme/collector": "1.1.0", "acme/editor": "2.0.0" },
      },
      resolved: { agents: { "acme/collector": "1.1.0", "acme/editor": "2.0.0" } },
    });
    expect(difference).toMatchObject({
      version: { before: "1.0.0", after: "1.1.0" },
      agents: [{ tenant: "acme", agentId: "collector", before: "1.0.0", after: "1.1.0" }],
      fields: [
        { path: "$.version", before: "1.0.0", after: "1.1.0" },
        { path: "$.agents", after: environment.kept?.agents },
      ],
    });
    expect(difference.plan?.equivalent).toBe(false);
    expect(difference.plan?.changes.map(({ kind, before, after }) => [kind, before, after])).toEqual([
      ["goal_changed", "Every change is told once.", "Everything is told twice."],
      ["agent_range_changed", "1.0.0", "1.1.0"],
    ]);
    const stored = await unwrap(
      alice.getTemplateVersionLock({ templateId, version: "1.1.0", environment: "production" }),
    );
    expect(lock).toEqual({ digest: stored.digest, kept: true });
    await publishAgent(world, acme, "collector", "1.2.0", { visibility: "public" });
    expect(await running("staging")).toEqual([
      "1.1.0",
      "collector 1.2.0",
      "editor 2.0.0",
      "resolved",
      "https://example.org",
    ]);
    given.state.isDown = true;
    expect(await running("production")).toEqual([
      "1.1.0",
      "collector 1.1.0",
      "editor 2.0.0",
      "stored",
      "https://prod.example",
    ]);
  });

  it("200: audited with before and after, and told to nobody else", async () => {
    const { world, bob } = given;
    const { lock } = await promote();
    expect(await environmentEvents(world)).toMatchObject([
      {
        tenant_id: "acme",
        action: "template.environment_promoted",
        version: "1.0.0",
        details: { environment: "production", from: "staging", lock: lock?.digest, after: { version: "1.0.0" } },
      },
    ]);
    const { changes } = await unwrap(bob.listMarketplaceChanges({ wait: 5, limit: 100 }));
    expect(JSON.stringify(changes)).not.toContain("promoted");
    const asked = { ...named, version: "1.0.0", environment: "production" };
    expect(await bob.getTemplateVersionLock(asked)).toBeProblem(404, "lock_not_found");
    const { dependents } = await unwrap(bob.listAgentDependents({ agent: "collector", tenant: "acme", limit: 10 }));
    expect(dependents).toEqual([]);
  });

  it("200 unchanged the second time: nothing is written", async () => {
    const { world } = given;
    const first = await promote();
    const before = await storedRows(world);
    const again = await promote();
    expect(again).toMatchObject({ outcome: "unchanged", environment: first.environment, lock: first.lock });
    expect(again.difference).toMatchObject({ agents: [], fields: [], plan: { equivalent: true, changes: [] } });
    expect(await storedRows(world)).toBe(before);
  });

  it("200 with dryRun: the same answer, and nothing is written", async () => {
    const { world } = given;
    const before = await storedRows(world);
    const preview = await promote(given.alice, { dryRun: "true" });
    expect(await storedRows(world)).toBe(before);
    const { environment, ...told } = await promote();
    expect({ ...preview, dryRun: false }).toMatchObject(told);
    expect(preview.environment.kept).toEqual(environment.kept);
  });

  it("200: the lock that is kept for staging is what is promoted, whatever has come up since", async () => {
    const { alice, acme, world } = given;
    await unwrap(alice.lockTemplateVersion({ templateId, version: "1.0.0", environment: "staging", body: {} }));
    await publishAgent(world, acme, "collector", "1.3.0", { visibility: "public" });
    const { difference } = await promote();
    expect(difference.agents).toMatchObject([{ agentId: "collector", before: "1.0.0", after: "1.1.0" }]);
    expect((await running("production")).slice(1, 4)).toEqual(["collector 1.1.0", "editor 2.0.0", "stored"]);
  });

  it("200: what another tenant promotes is its own, pinned without a lock", async () => {
    const { alice, bob, world, acme } = given;
    const before = await running("production");
    const { lock, environment } = await promote(bob);
    expect([lock?.kept, environment.version]).toEqual([false, "1.0.0"]);
    await publishAgent(world, acme, "collector", "1.2.0", { visibility: "public" });
    expect((await running("production", bob)).slice(0, 4)).toEqual([
      "1.0.0",
      "collector 1.1.0",
      "editor 2.0.0",
      "resolved",
    ]);
    expect(await running("production", alice)).toEqual(before);
    const [row] = await keptRows(world);
    expect(row).toMatchObject({ tenant_id: "globex", on_tenant: "acme" });
    expect((await environmentEvents(world))[0]).toMatchObject({
      tenant_id: "globex",
      resource_id: `acme/${templateId}`,
    });
  });

  it("200: why plans cannot be compared, such as variables that only the caller can give", async () => {
    const { difference } = await unwrap(
      given.alice.promoteTemplateEnvironment({ ...named, name: "staging", body: { to: "production" } }),
    );
    const missing = [{ path: "$.variables.since", code: "missing", message: "A value is needed" }];
    expect([difference.plan, difference.obstacles]).toEqual([undefined, { before: missing, after: missing }]);
  });

  it("200: where nothing could run before, that is told instead of a plan", async () => {
    const { alice, publish } = given;
    await keep(alice, "production", { version: "1.0.0", agents: { collector: "^9.0.0" } });
    await publish("1.1.0", { environments: { ...environments, canary: { extends: "staging" } } });
    const { difference } = await promote();
    expect(difference.obstacles?.before).toMatchObject([{ code: "dependencies_unsatisfiable" }]);
    expect(difference.obstacles?.after).toBeUndefined();
    expect(difference.agents.map(({ agentId, before }) => [agentId, before])).toEqual([
      ["collector", undefined],
      ["editor", undefined],
    ]);
    await keep(alice, "canary", { version: "1.0.0" });
    const body = { to: "canary" };
    expect((await unwrap(alice.promoteTemplateEnvironment({ ...order, name: "production", body }))).outcome).toBe(
      "changed",
    );
  });

  it("200: warns of what the environment keeps and the promoted version does not take", async () => {
    const { alice, publish } = given;
    await keep(alice, "production", { version: "1.0.0", variables: { site: "x" } });
    await publish("2.0.0", { variables: { since: { type: "string", required: true }, limits: { type: "object" } } });
    expect((await promote()).warnings).toMatchObject([{ path: "$.variables.site", code: "variable_undeclared" }]);
    expect((await running("production")).at(0)).toBe("2.0.0");
  });

  it("200: a prompt's version, without agents and without the registry", async () => {
    const { alice, state } = given;
    const at = (version: string, instructions: string) =>
      prompt({
        version,
        content: { ...prompt().content, instructions, environments: { staging: {}, production: {} } } as ReturnType<
          typeof prompt
        >["content"],
      });
    await unwrap(alice.publishTemplate({ body: at("1.0.0", "Propose for {{ goal }}.") }));
    await unwrap(alice.putTemplateEnvironment({ templateId: "coach", name: "production", body: { version: "1.0.0" } }));
    await unwrap(alice.publishTemplate({ body: at("1.1.0", "Propose twice for {{ goal }}.") }));
    state.isDown = true;
    const body = { to: "production", variables: { goal: "x" } };
    const { difference, ...rest } = await unwrap(
      alice.promoteTemplateEnvironment({ templateId: "coach", name: "staging", body }),
    );
    expect(rest).not.toHaveProperty("lock");
    expect(rest.environment.kept).toEqual({ version: "1.1.0" });
    expect(difference).toMatchObject({
      agents: [],
      plan: { changes: [{ kind: "request_changed", name: "instructions" }] },
    });
  });

  it("200: what is kept while the registry is asked is not lost", async () => {
    const { alice, meanwhile } = given;
    meanwhile(() => keep(alice, "production", { variables: { site: "x" } }));
    const { environment } = await promote();
    expect(environment.kept).toMatchObject({
      variables: { site: "x" },
      agents: { "acme/collector": "1.1.0", "acme/editor": "2.0.0" },
    });
    expect((await running("production")).at(-1)).toBe("x");
  });

  it("200: two promotions and a put at once all succeed, each upon the one before", async () => {
    const { alice, world } = given;
    const answers = await Promise.all([
      alice.promoteTemplateEnvironment(order),
      alice.putTemplateEnvironment({ ...named, name: "production", body: { variables: { site: "x" } } }),
      alice.promoteTemplateEnvironment(order),
    ]);
    for (const answer of answers) expect(answer.status).toBe(200);
    const events = await environmentEvents(world);
    for (const [index, { details }] of events.entries()) {
      const { before } = details as { before?: object };
      expect(before).toEqual((events[index - 1]?.details as { after?: object } | undefined)?.after);
    }
    const last = await promote();
    expect(last.environment.kept).toMatchObject({ agents: { "acme/collector": "1.1.0" } });
  });

  it("503 dependency_unavailable while the registry is down: nothing is written, and the same key works again", async () => {
    const { world, alice, state } = given;
    const before = await storedRows(world);
    state.isDown = true;
    const refused = await alice.promoteTemplateEnvironment(order, { idempotencyKey: "k" });
    expect(refused).toBeProblem(503, "dependency_unavailable");
    expect(await storedRows(world)).toBe(before);
    state.isDown = false;
    const first = await alice.promoteTemplateEnvironment(order, { idempotencyKey: "k" });
    expect(first).toMatchObject({ status: 200, body: { outcome: "changed" } });
    const again = await alice.promoteTemplateEnvironment(order, { idempotencyKey: "k" });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await environmentEvents(world)).toHaveLength(1);
  });

  it("422 environment_unknown: there is nothing to promote to; 404 environment_not_found: nothing to promote", async () => {
    const { world, alice } = given;
    const unknown = await alice.promoteTemplateEnvironment({ ...order, body: { to: "prodction" } });
    expect(unknown).toBeProblem(422, "environment_unknown");
    const missing = await alice.promoteTemplateEnvironment({ ...order, name: "stging" });
    expect(missing).toBeProblem(404, "environment_not_found");
    expect(await keptRows(world)).toEqual([]);
  });

  it("422 environment_invalid: to itself, and where the environment would lead nowhere in the promoted version", async () => {
    const { alice, publish } = given;
    expect(await alice.promoteTemplateEnvironment({ ...order, body: { to: "staging" } })).toBeProblem(
      422,
      "environment_invalid",
    );
    await keep(alice, "own", { version: "1.0.0", extends: "production" });
    await publish("2.0.0", { environments: { base: {}, staging: {} } });
    const refused = await alice.promoteTemplateEnvironment({ ...order, body: { to: "own" } });
    expect(refused).toBeProblem(422, "environment_invalid");
    expect(refused).toMatchObject({ problem: { errors: [{ path: "$.extends", code: "environment_unknown" }] } });
  });

  it("422 dependencies_unsatisfiable and dependencies_too_complex", async () => {
    const { world, acme, alice, publish } = given;
    await keep(alice, "staging", { agents: { collector: "^9.0.0" } });
    expect(await alice.promoteTemplateEnvironment(order)).toBeProblem(422, "dependencies_unsatisfiable");
    await keep(alice, "staging", {});
    await publish("2.0.0", { dependencies: { agents: await tooManyAgents(world, acme) } });
    expect(await alice.promoteTemplateEnvironment(order)).toBeProblem(422, "dependencies_too_complex");
    expect(await environmentEvents(world)).toHaveLength(2);
  });

  it("412 precondition_failed: staging is another than the one that was looked at", async () => {
    const { world, alice } = given;
    const response = await alice.getTemplateEnvironment({ ...named, name: "staging" });
    const ifMatch = response.headers.get("etag") as string;
    await keep(alice, "staging", { agents: { collector: "1.0.0" } });
    expect(await alice.promoteTemplateEnvironment(order, { ifMatch })).toBeProblem(412, "precondition_failed");
    expect(await keptRows(world)).toHaveLength(1);
  });

  it("404 template_not_found", async () => {
    const { tenant: _acme, ...own } = order;
    expect(await given.bob.promoteTemplateEnvironment(own)).toBeProblem(404, "template_not_found");
  });

  it("401 and 403", async () => {
    const { world } = given;
    expect(await world.anonymous.promoteTemplateEnvironment(order)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.promoteTemplateEnvironment(order)).toBeProblem(403, "forbidden");
    const bound = world.as(await world.bound("acme", ["collector"]));
    expect(await bound.promoteTemplateEnvironment(order)).toBeProblem(403, "agent_not_allowed");
  });
});
