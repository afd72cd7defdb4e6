import { canonicalForm, sha256 } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { breakable, planned, publishAgent, storedRows, tooManyAgents } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";
import { prompt } from "./templates.ts";

const templateId = "release-notes";
type Body = Parameters<MarketplaceClient["renderTemplate"]>[0]["body"];

describe("renderTemplate", () => {
  const { state, fetchRegistry } = breakable();
  let world: TestMarketplace;
  let acme: Person;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    state.isDown = false;
    world = await marketplace({}, { fetchRegistry });
    acme = await world.person("publisher", "acme");
    alice = world.as(acme);
    await publishAgent(world, acme, "collector", "1.0.0");
    await publishAgent(world, acme, "collector", "1.1.0");
    await publishAgent(world, acme, "editor", "2.0.0");
  });

  const publish = async (content: object = {}, version = "1.0.0") =>
    await unwrap(alice.publishTemplate({ body: planned(content, { version }) }));
  const order = (body: Partial<Body> = {}) => ({ templateId, body: { variables: { since: "v1" }, ...body } });
  const render = async (body: Partial<Body> = {}) => await unwrap(alice.renderTemplate(order(body)));

  it("200: steps in order with their values, and agents in exact versions; it changes nothing", async () => {
    const published = await publish();
    const before = await storedRows(world);
    const { plan, planDigest, lock, warnings } = await render();
    expect(plan.template).toEqual({ tenant: "acme", templateId, version: "1.0.0", digest: published.version.digest });
    expect(plan.steps).toMatchObject([
      { id: "collect", agent: { agentId: "collector", version: "1.1.0" }, dependsOn: [], inputs: { since: "v1" } },
      { id: "write", agent: { agentId: "editor", version: "2.0.0" }, dependsOn: ["collect"] },
    ]);
    expect([plan.kind, plan.goal, plan.variables]).toEqual(["workflow", "Every change is told once.", { since: "v1" }]);
    expect([planDigest, lock?.from, warnings]).toEqual([sha256(canonicalForm(plan)), "resolved", []]);
    expect(await storedRows(world)).toBe(before);
  });

  it("200: the same bytes for the same input, in canonical form", async () => {
    await publish();
    const token = { authorization: `Bearer ${acme.token}`, "content-type": "application/json" };
    const sent = { method: "POST", headers: token, body: '{"variables":{"since":"v1"}}' };
    const answers = [];
    for (let call = 0; call < 2; call += 1) {
      const response = await world.fetch(`http://marketplace.test/api/templates/${templateId}/render`, sent);
      answers.push(await response.text());
    }
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toBe(canonicalForm(JSON.parse(answers[0] as string)));
  });

  it("200: the caller's value before the environment's, before the default; ranges of the environment hold", async () => {
    const variables = Object.fromEntries(["a", "b", "since"].map((name) => [name, { type: "string", default: "own" }]));
    const environments = {
      production: {
        variables: { a: "environment's", since: "environment's" },
        agents: { collector: "<1.1" },
        channels: { slack: { room: "releases" } },
      },
    };
    await publish({ variables, environments, goal: "{{ a }} {{ b }} {{ since }}" });
    const { plan } = await render({ environment: "production", variables: { since: "caller's" } });
    expect(plan.goal).toBe("environment's own caller's");
    expect(plan).toMatchObject({ environment: "production", channels: { slack: { room: "releases" } }, resources: {} });
    expect(plan.steps[0]?.agent.version).toBe("1.0.0");
  });

  it("200: with the version's lock also in an environment that it fits, and needs no registry then", async () => {
    const environments = { staging: {}, production: { agents: { collector: "<1.1" } } };
    await publish({ environments });
    await unwrap(alice.lockTemplateVersion({ templateId, version: "1.0.0", body: {} }));
    await publishAgent(world, acme, "collector", "1.2.0");
    const pinned = await render({ environment: "production" });
    expect([pinned.lock?.from, pinned.plan.steps[0]?.agent.version]).toEqual(["resolved", "1.0.0"]);
    state.isDown = true;
    const { lock, plan } = await render({ environment: "staging" });
    expect([lock?.from, plan.steps[0]?.agent.version]).toEqual(["stored", "1.1.0"]);
  });

  it("200: with a lock that is given, and agents that are deprecated are warned of", async () => {
    await publish();
    const { lock } = await unwrap(alice.resolveTemplate({ templateId, body: { strategy: "lowest" } }));
    const admin = world.registryAs(await world.person("admin", "acme"));
    const body = { status: "deprecated" as const, reason: "old" };
    await unwrap(admin.setVersionStatus({ agentId: "collector", version: "1.0.0", body }));
    const { plan, lock: used, warnings } = await render({ lock });
    expect([plan.steps[0]?.agent.version, used?.from]).toEqual(["1.0.0", "given"]);
    expect(warnings).toMatchObject([{ path: '$.lock.agents["acme/collector"]', code: "deprecated" }]);
  });

  it("200: a prompt's plan is what the builder compiles; what is no text becomes canonical JSON", async () => {
    const instructions = "Propose {{ count }} things for {{ goal }}, as {{ shape.as }}.{{ note }}";
    const variables = {
      count: { type: "integer" },
      goal: { type: "string", required: true },
      shape: { type: "object" },
      note: { type: "string" },
    };
    const environments = { production: { variables: { count: 3 } } };
    const content = {
      ...prompt().content,
      instructions,
      variables,
      environments,
      input: [{ type: "input_text", text: "{{ shape }}" }],
    };
    await unwrap(alice.publishTemplate({ body: prompt({ content } as Parameters<typeof prompt>[0]) }));
    state.isDown = true;
    const given = { goal: "ship {{ count }}", shape: { b: 1, as: "list" } };
    const coach = { templateId: "coach", body: { environment: "production", variables: given } };
    const { plan, lock } = await unwrap(alice.renderTemplate(coach));
    expect([plan.kind, plan.steps, lock]).toEqual(["prompt", [], undefined]);
    expect(plan.request).toMatchObject({
      instructions: "Propose 3 things for ship {{ count }}, as list.",
      input: [{ role: "user", content: [{ type: "input_text", text: '{"as":"list","b":1}' }] }],
    });
    const texts = { goal: "x", count: "3", shape: "s", "shape.as": "list", note: "" };
    const compiled = await unwrap(
      alice.compileBuilderTemplate({ id: "coach", body: { tenantId: "acme", variables: texts } }),
    );
    expect(plan.request).toMatchObject({ model: compiled.request.model, metadata: compiled.request.metadata });
  });

  it("200: a prompt that declares nothing takes a text for each name", async () => {
    const { variables: _none, ...content } = prompt().content;
    await unwrap(alice.publishTemplate({ body: prompt({ content } as Parameters<typeof prompt>[0]) }));
    const refused = await alice.renderTemplate({ templateId: "coach", body: { variables: { goal: 1 } } });
    expect(refused).toBeProblem(422, "variables_invalid");
    expect(refused).toMatchObject({
      problem: { errors: [{ path: "$.variables.goal" }, { path: "$.variables.open" }] },
    });
    const { plan } = await unwrap(
      alice.renderTemplate({ templateId: "coach", body: { variables: { goal: "a", open: "b" } } }),
    );
    expect(plan.variables).toEqual({ goal: "a", open: "b" });
  });

  it("422 variables_invalid: a prompt that asks for a long value again and again", async () => {
    const content = { ...prompt().content, instructions: "{{ goal }}".repeat(1000) };
    await unwrap(alice.publishTemplate({ body: prompt({ content } as Parameters<typeof prompt>[0]) }));
    const variables = { goal: "x".repeat(10_000) };
    const refused = await alice.renderTemplate({ templateId: "coach", body: { variables } });
    expect(refused).toBeProblem(422, "variables_invalid");
    expect(refused).toMatchObject({ problem: { errors: [{ code: "plan_too_large" }] } });
  });

  it("422 variables_invalid: everything that is wrong at once, each with its path and a message", async () => {
    await publish({
      variables: {
        since: { type: "string", required: true },
        count: { type: "integer", maximum: 9 },
        mode: { type: "enum", enum: ["fast", "safe"] },
      },
    });
    const refused = await alice.renderTemplate(order({ variables: { count: 10, mode: "wild" } }));
    expect(refused).toBeProblem(422, "variables_invalid");
    if (refused.ok) throw new Error("not refused");
    const errors = refused.problem.errors ?? [];
    expect(errors.map(({ path }) => path).sort()).toEqual([
      "$.variables.count",
      "$.variables.mode",
      "$.variables.since",
    ]);
    for (const { message } of errors) expect(message).toMatch(/\w/);
  });

  it("422 lock_broken: every entry that does not fit, each with its path", async () => {
    await publish();
    const { lock } = await unwrap(alice.resolveTemplate({ templateId, body: {} }));
    const { "acme/collector": collector, "acme/editor": editor } = lock.agents;
    if (!collector || !editor) throw new Error("not locked");
    const forged = { ...collector, digest: `sha256:${"0".repeat(64)}` };
    const agents = { "acme/collector": forged, "acme/stranger": editor };
    const refused = await alice.renderTemplate(order({ lock: { ...lock, agents } }));
    expect(refused).toBeProblem(422, "lock_broken");
    expect(refused).toMatchObject({
      problem: {
        errors: expect.arrayContaining([
          expect.objectContaining({ path: '$.lock.agents["acme/collector"]', code: "changed" }),
          expect.objectContaining({ path: '$.lock.agents["acme/editor"]', code: "missing" }),
          expect.objectContaining({ path: '$.lock.agents["acme/stranger"]', code: "gone" }),
        ]),
      },
    });
  });

  it("422 environment_unknown, dependencies_unsatisfiable and dependencies_too_complex", async () => {
    await publish({ dependencies: { agents: { collector: "^9.0.0" } } });
    expect(await alice.renderTemplate(order({ environment: "x" }))).toBeProblem(422, "environment_unknown");
    expect(await alice.renderTemplate(order())).toBeProblem(422, "dependencies_unsatisfiable");
    const agents = await tooManyAgents(world, acme);
    await publish({ dependencies: { agents } }, "2.0.0");
    expect(await alice.renderTemplate(order())).toBeProblem(422, "dependencies_too_complex");
  });

  it("404 template_not_found and version_not_found", async () => {
    expect(await alice.renderTemplate(order())).toBeProblem(404, "template_not_found");
    await publish();
    expect(await alice.renderTemplate(order({ version: "9.0.0" }))).toBeProblem(404, "version_not_found");
  });

  it("401 unauthenticated, and 503 dependency_unavailable while the registry is down", async () => {
    await publish();
    expect(await world.anonymous.renderTemplate({ ...order(), tenant: "acme" })).toBeProblem(401, "unauthenticated");
    state.isDown = true;
    expect(await alice.renderTemplate(order())).toBeProblem(503, "dependency_unavailable");
    state.isDown = false;
    expect((await render()).plan.steps).toHaveLength(2);
  });
});
