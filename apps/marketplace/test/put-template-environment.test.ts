import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { storedRows } from "./agents.ts";
import {
  type EnvironmentsWorld,
  environmentEvents,
  type KeptBody,
  keep,
  keptRows,
  secret,
  templateId,
  withEnvironments,
} from "./environments.ts";
import { prompt } from "./templates.ts";

const named = { templateId, name: "production" };

describe("putTemplateEnvironment", () => {
  let given: EnvironmentsWorld;
  beforeEach(async () => {
    given = await withEnvironments();
  });

  const refusal = async (body: KeptBody, name = "production") => {
    const refused = await given.alice.putTemplateEnvironment({ templateId, name, body });
    expect(refused).toBeProblem(422, "environment_invalid");
    if (refused.ok) throw new Error("not refused");
    return (refused.problem.errors ?? []).map(({ path, code }) => `${path} ${code}`);
  };

  it("200 created: over what is declared, with everything merged; audited and told to the own tenant only", async () => {
    const { world, alice, bob } = given;
    const body = { variables: { site: "https://a.example", password: "secret://mail/p", limits: { memory: null } } };
    const answer = await alice.putTemplateEnvironment({ ...named, body });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        outcome: "created",
        dryRun: false,
        warnings: [],
        environment: {
          name: "production",
          origin: "both",
          version: "1.0.0",
          extends: "base",
          kept: body,
          resolved: {
            chain: ["base", "production"],
            variables: { site: "https://a.example", password: "secret://mail/p", limits: { cpu: 4 } },
            agents: { collector: "<1.1" },
            resources: { queue: "slow" },
          },
        },
      },
    });
    const details = { environment: "production", after: body };
    expect(await environmentEvents(world)).toEqual([
      {
        tenant_id: "acme",
        action: "template.environment_changed",
        resource_id: templateId,
        version: "1.0.0",
        details,
      },
    ]);
    const id = answer.headers.get("nofx-change");
    const ownChanges = await unwrap(alice.listMarketplaceChanges({ wait: 5, limit: 100 }));
    expect(ownChanges.changes.find((one) => one.id === id)).toMatchObject({ visibility: "private", data: details });
    const others = await unwrap(bob.listMarketplaceChanges({ wait: 5, limit: 100 }));
    expect(JSON.stringify(others)).not.toContain("environment_changed");
  });

  it("200 changed takes the place of all that was kept, with what it was in the audit log; unchanged writes nothing", async () => {
    const { world, alice } = given;
    await keep(alice, "production", { variables: { site: "https://a.example" }, description: "Ours" });
    const later = { channels: { slack: { room: "r" } }, agents: { collector: "1.0.0" } };
    const changed = await keep(alice, "production", later);
    expect([changed.outcome, changed.environment.kept]).toEqual(["changed", later]);
    expect((await environmentEvents(world))[1]?.details).toEqual({
      environment: "production",
      before: { variables: { site: "https://a.example" }, description: "Ours" },
      after: later,
    });
    const before = await storedRows(world);
    const again = await alice.putTemplateEnvironment({
      ...named,
      body: { agents: later.agents, channels: later.channels },
    });
    expect(again).toMatchObject({ status: 200, body: { outcome: "unchanged", environment: changed.environment } });
    expect(again.headers.get("nofx-change")).toBeNull();
    expect(await storedRows(world)).toBe(before);
  });

  it("200: a new environment that extends a declared or a kept one, of a version that is not the current one", async () => {
    const { alice, publish } = given;
    await publish("2.0.0", { environments: { base: { resources: { queue: "fast" } } } });
    await keep(alice, "eu", { extends: "base", channels: { region: "eu" } });
    const body = { extends: "eu", version: "1.0.0", variables: { limits: { cpu: 8 } } };
    const { environment } = await keep(alice, "eu-west", body);
    expect(environment).toMatchObject({
      origin: "kept",
      version: "1.0.0",
      resolved: {
        chain: ["base", "eu", "eu-west"],
        variables: { limits: { cpu: 8, memory: 2 } },
        channels: { region: "eu" },
        resources: { queue: "slow" },
      },
    });
  });

  it("200 with dryRun: the same answer, and nothing is written", async () => {
    const { world, alice } = given;
    const before = await storedRows(world);
    const body = { variables: { site: "x" } };
    const preview = await alice.putTemplateEnvironment({ ...named, body, dryRun: "true" });
    expect(preview).toMatchObject({ status: 200, body: { outcome: "created", dryRun: true } });
    expect(preview.headers.get("nofx-change")).toBeNull();
    expect(await storedRows(world)).toBe(before);
    expect(
      await alice.putTemplateEnvironment({ ...named, body: { variables: { no: 1 } }, dryRun: "true" }),
    ).toBeProblem(422, "environment_invalid");
  });

  it("200: warns of a lock that does not fit the new ranges, which plans then do without", async () => {
    const { world, alice, state } = given;
    await unwrap(alice.lockTemplateVersion({ templateId, version: "1.0.0", environment: "staging", body: {} }));
    const render = async () => {
      const body = { environment: "staging", variables: { since: "v1" } };
      const { plan, lock } = await unwrap(alice.renderTemplate({ templateId, body }));
      return [plan.steps[0]?.agent.version, lock?.from];
    };
    expect((await keep(alice, "staging", { variables: { site: "x" } })).warnings).toEqual([]);
    state.isDown = true;
    expect(await render()).toEqual(["1.1.0", "stored"]);
    state.isDown = false;
    const { warnings } = await keep(alice, "staging", { agents: { collector: "1.0.0" } });
    expect(warnings).toMatchObject([{ path: "$.agents", code: "lock_unfit" }]);
    expect(await render()).toEqual(["1.0.0", "resolved"]);
    expect(await keptRows(world)).toHaveLength(1);
  });

  it("200: another tenant keeps its own of a public template, under the same name", async () => {
    const { world, alice, bob } = given;
    await keep(alice, "production", { variables: { site: "https://acme.example" } });
    await keep(bob, "production", { variables: { site: "https://globex.example" } });
    const body = { environment: "production", variables: { since: "v1" } };
    const siteOf = async (client: typeof bob) =>
      (await unwrap(client.renderTemplate({ templateId, tenant: "acme", body }))).plan.variables.site;
    expect([await siteOf(alice), await siteOf(bob)]).toEqual(["https://acme.example", "https://globex.example"]);
    expect((await environmentEvents(world)).map((one) => [one.tenant_id, one.resource_id])).toEqual([
      ["acme", templateId],
      ["globex", `acme/${templateId}`],
    ]);
  });

  it("200: a prompt's environments as well", async () => {
    const { alice } = given;
    await unwrap(alice.publishTemplate({ body: prompt() }));
    const body = { variables: { goal: "ship" } };
    await unwrap(alice.putTemplateEnvironment({ templateId: "coach", name: "home", body }));
    const { plan } = await unwrap(
      alice.renderTemplate({ templateId: "coach", body: { environment: "home", variables: {} } }),
    );
    expect([plan.environment, plan.variables]).toEqual(["home", { goal: "ship" }]);
  });

  it("422 environment_invalid: everything that is wrong at once, each with its path and a message", async () => {
    expect(
      await refusal({
        extends: "bse",
        variables: { sit: "x", site: 5, password: "plain", limits: [] },
        agents: { collector: "one", "a/b/c": "^1" },
      }),
    ).toEqual([
      "$.extends environment_unknown",
      "$.variables.sit variable_undeclared",
      "$.variables.site wrong_type",
      "$.variables.password secret_value",
      "$.variables.limits wrong_type",
      "$.agents.collector range_invalid",
      '$.agents["a/b/c"] agent_name_invalid',
    ]);
    expect(await keptRows(given.world)).toEqual([]);
  });

  it("422 environment_invalid: a circle through what is declared, an archived version, and one too many", async () => {
    const { alice, publish } = given;
    expect(await refusal({ extends: "production" }, "base")).toEqual(["$.extends environment_circle"]);
    await publish("1.1.0");
    const archived = { status: "archived" as const, reason: "old" };
    await unwrap(alice.setTemplateVersionStatus({ templateId, version: "1.0.0", body: archived }));
    expect(await refusal({ version: "1.0.0" })).toEqual(["$.version version_archived"]);
    for (let count = 0; count < 20; count += 1) await keep(alice, `e${count}`, {});
    expect(await refusal({})).toEqual(["$ too_many"]);
    expect((await keep(alice, "e0", { description: "still" })).outcome).toBe("changed");
  });

  it("422: a secret's value is in no answer, log, row or bundle", async () => {
    const { world, alice } = given;
    const bodies: KeptBody[] = [
      { variables: { password: secret } },
      { variables: { password: { value: secret } } },
      { variables: { password: [secret] }, extends: "nowhere" },
    ];
    const answers = [];
    for (const [index, body] of bodies.entries())
      answers.push(await alice.putTemplateEnvironment({ ...named, body }, { idempotencyKey: `k${index}` }));
    for (const answer of answers) expect(answer).toBeProblem(422, "environment_invalid");
    await keep(alice, "production", { variables: { password: "secret://mail/password" } });
    const bundle = Buffer.from(await unwrap(alice.exportTemplates({ format: "json" }))).toString("utf8");
    const seen = [JSON.stringify(answers), world.logged(), await storedRows(world), bundle];
    for (const text of seen) expect(text).not.toContain(secret);
    expect(bundle).not.toContain("secret://mail/password");
  });

  it("400 request_invalid: a word that nobody would read is refused, not lost", async () => {
    const body = { variabels: { site: "x" } } as unknown as KeptBody;
    const refused = await given.alice.putTemplateEnvironment({ ...named, body });
    expect(refused).toBeProblem(400, "request_invalid");
    expect(JSON.stringify(refused)).toContain("variabels");
    expect(await given.alice.putTemplateEnvironment({ ...named, name: "Prod", body: {} })).toBeProblem(
      400,
      "request_invalid",
    );
  });

  it("412 precondition_failed: of two who know the same state exactly one changes it", async () => {
    const { world, alice } = given;
    const tagOf = async () =>
      (await alice.getTemplateEnvironment({ templateId, name: "production" })).headers.get("etag") as string;
    for (const round of ["first", "second"]) {
      const ifMatch = await tagOf();
      const puts = await Promise.all(
        ["x", "y"].map((site) =>
          alice.putTemplateEnvironment({ ...named, body: { variables: { site: `${round} ${site}` } } }, { ifMatch }),
        ),
      );
      expect(puts.map(({ status }) => status).sort()).toEqual([200, 412]);
      expect(puts.find(({ ok }) => !ok)).toBeProblem(412, "precondition_failed");
    }
    expect(await environmentEvents(world)).toHaveLength(2);
    const stale = await tagOf();
    await unwrap(alice.deleteTemplateEnvironment({ templateId, name: "production" }));
    await keep(alice, "production", {});
    expect(await alice.putTemplateEnvironment({ ...named, body: {} }, { ifMatch: stale })).toBeProblem(
      412,
      "precondition_failed",
    );
  });

  it("the same Idempotency-Key has one effect", async () => {
    const { world, alice } = given;
    const order = { ...named, body: { variables: { site: "x" } } };
    await unwrap(alice.putTemplateEnvironment(order, { idempotencyKey: "k" }));
    const again = await alice.putTemplateEnvironment(order, { idempotencyKey: "k" });
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([200, "true"]);
    expect(await environmentEvents(world)).toHaveLength(1);
  });

  it("404 template_not_found and version_not_found", async () => {
    const { world, alice, bob } = given;
    const body = {};
    expect(await bob.putTemplateEnvironment({ ...named, body })).toBeProblem(404, "template_not_found");
    expect(await alice.putTemplateEnvironment({ ...named, body: { version: "9.0.0" } })).toBeProblem(
      404,
      "version_not_found",
    );
    expect(await keptRows(world)).toEqual([]);
  });

  it("401, 403 forbidden and 403 agent_not_allowed", async () => {
    const { world } = given;
    const order = { ...named, body: {} };
    expect(await world.anonymous.putTemplateEnvironment({ ...order, tenant: "acme" })).toBeProblem(
      401,
      "unauthenticated",
    );
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.putTemplateEnvironment(order)).toBeProblem(403, "forbidden");
    const bound = world.as(await world.bound("acme", ["collector"]));
    expect(await bound.putTemplateEnvironment(order)).toBeProblem(403, "agent_not_allowed");
  });
});
