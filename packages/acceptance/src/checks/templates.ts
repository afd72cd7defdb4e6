import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent, workflow } from "../bodies.ts";
import { refused } from "../refused.ts";
import { type Area, check, first } from "../suite.ts";
import { as, ask, sha256 } from "../wire.ts";
import type { World } from "../world.ts";

const templateId = "welcome";
const variables = { who: "Ada" };

/** An administrator whose agent is there in two versions, for templates to depend on. */
const withAgent = async (world: World) => {
  const admin = await world.person("admin");
  for (const version of ["1.0.0", "1.1.0"])
    await unwrap(admin.registry.publishAgent({ body: agent({ version }), visibility: "public" }));
  return admin;
};

const depending: Area["checks"] = [
  first(
    "a template is locked to exact versions with digests when it is published, and its bytes are its digest",
    async (world) => {
      const alice = await withAgent(world);
      const { marketplace, registry, tenant } = alice;
      const published = await marketplace.publishTemplate({ body: workflow() });
      expect(published).toMatchObject({ status: 201, body: { outcome: "created" } });
      const { version } = await unwrap(published);
      const headers = { ...as(alice), "accept-encoding": "identity" };
      const document = await ask(world.target, `/api/templates/${templateId}/versions/1.0.0`, { headers });
      expect(document.headers.get("etag")).toBe(`"${version.digest}"`);
      expect(sha256(await document.text())).toBe(version.digest);
      const { versions } = await unwrap(registry.listAgentVersions({ agentId: "greeter" }));
      const { lock } = await unwrap(marketplace.getTemplateVersionLock({ templateId, version: "1.0.0" }));
      const locked = { version: "1.1.0", digest: versions.find((one) => one.version === "1.1.0")?.digest };
      expect(lock.agents[`${tenant}/greeter`]).toMatchObject(locked);
      expect(await marketplace.publishTemplate({ body: workflow() })).toMatchObject({
        status: 200,
        body: { outcome: "identical" },
      });
      const other = await marketplace.publishTemplate({ body: workflow({ name: "Other" }) });
      refused(other, 409, "version_conflict");
    },
  ),

  check("422 dependencies_unsatisfiable: nothing is published that cannot run", async (world) => {
    const { marketplace } = await withAgent(world);
    const body = workflow({}, { dependencies: { agents: { greeter: "^2.0.0" } } });
    const problem = refused(await marketplace.publishTemplate({ body }), 422, "dependencies_unsatisfiable");
    expect(problem.detail).toContain("greeter");
    refused(await marketplace.getTemplate({ templateId }), 404, "template_not_found");
  }),

  check(
    "422 tests_failed: tests that travel with a template keep what fails them from being published",
    async (world) => {
      const { marketplace } = await withAgent(world);
      const holds = { name: "names whom", variables, plan: [{ path: "$.steps[0].inputs.who", equals: "Ada" }] };
      const fails = { name: "is friendly", variables, plan: [{ path: "$.steps[0].inputs.tone", equals: "friendly" }] };
      const failing = await marketplace.publishTemplate({ body: workflow({}, { tests: [holds, fails] }) });
      const { errors = [] } = refused(failing, 422, "tests_failed");
      expect(new Set(errors.map(({ path }) => path))).toEqual(new Set(["$.content.tests[1].plan[0]"]));
      const fine = await unwrap(marketplace.publishTemplate({ body: workflow({}, { tests: [holds] }) }));
      expect(fine).toMatchObject({ outcome: "created", tests: { failed: 0 } });
    },
  ),
];

const rendering: Area["checks"] = [
  check("rendering fills in variables, holds to the lock, and is the same bytes for the same input", async (world) => {
    const { marketplace, registry } = await withAgent(world);
    await unwrap(marketplace.publishTemplate({ body: workflow() }));
    await unwrap(registry.publishAgent({ body: agent({ version: "1.2.0" }) }));
    const render = () => marketplace.renderTemplate({ templateId, body: { variables } });
    const { plan, planDigest, lock } = await unwrap(render());
    expect(plan.steps).toMatchObject([
      { id: "greet", agent: { agentId: "greeter", version: "1.1.0" }, inputs: { who: "Ada", tone: "plain" } },
    ]);
    expect(lock?.from).not.toBe("resolved");
    expect((await unwrap(render())).planDigest).toBe(planDigest);
  }),

  check("422 variables_invalid: every variable that does not fit, by its place", async (world) => {
    const { marketplace } = await withAgent(world);
    await unwrap(marketplace.publishTemplate({ body: workflow() }));
    const wrong = { templateId, body: { variables: { tone: 7 } } };
    const { errors = [] } = refused(await marketplace.renderTemplate(wrong), 422, "variables_invalid");
    expect(errors.map(({ path }) => path).sort()).toEqual(["$.variables.tone", "$.variables.who"]);
  }),

  check("environments: what is declared, what is kept over it, and what is promoted", async (world) => {
    const { marketplace } = await withAgent(world);
    const environments = { staging: { variables: { tone: "loud" } }, production: { variables: { tone: "calm" } } };
    await unwrap(marketplace.publishTemplate({ body: workflow({}, { environments }) }));
    const toneIn = async (environment: string) => {
      const { plan } = await unwrap(marketplace.renderTemplate({ templateId, body: { environment, variables } }));
      return (plan.steps ?? [])[0]?.inputs?.tone;
    };
    expect([await toneIn("staging"), await toneIn("production")]).toEqual(["loud", "calm"]);
    const kept = { templateId, name: "staging", body: { variables: { tone: "kind" } } };
    await unwrap(marketplace.putTemplateEnvironment(kept));
    expect(await toneIn("staging")).toBe("kind");
    await unwrap(marketplace.promoteTemplateEnvironment({ templateId, name: "staging", body: { to: "production" } }));
    const { environments: all } = await unwrap(marketplace.listTemplateEnvironments({ templateId }));
    expect(all.map(({ name }) => name).sort()).toEqual(["production", "staging"]);
    const unknown = { templateId, body: { environment: "nowhere", variables } };
    refused(await marketplace.renderTemplate(unknown), 422, "environment_unknown");
  }),
];

const sharing: Area["checks"] = [
  check("ratings: others' stars add up, one's own cannot be given, and can be taken back", async (world) => {
    const owner = await withAgent(world);
    await unwrap(owner.marketplace.publishTemplate({ body: workflow(), visibility: "public" }));
    const address = { templateId, tenant: owner.tenant };
    const raters = [await world.person("publisher"), await world.person("publisher")];
    for (const [index, { marketplace }] of raters.entries())
      await unwrap(marketplace.rateTemplate({ ...address, body: { rating: 5 - 2 * index } }));
    const shown = async () => (await unwrap(world.anonymous.marketplace.getTemplate(address))).template.rating;
    expect(await shown()).toMatchObject({ count: 2, average: 4 });
    const own = await owner.marketplace.rateTemplate({ ...address, body: { rating: 5 } });
    refused(own, 403, "own_template");
    await unwrap((raters[1] as (typeof raters)[0]).marketplace.withdrawRating(address));
    expect(await shown()).toMatchObject({ count: 1, average: 5 });
  }),

  check("a fork is one's own, knows where it comes from, and can be compared", async (world) => {
    const owner = await withAgent(world);
    await unwrap(owner.marketplace.publishTemplate({ body: workflow(), visibility: "public" }));
    const { marketplace, tenant } = await world.person("publisher");
    const order = { templateId, tenant: owner.tenant, body: { templateId: "our-welcome" } };
    expect((await marketplace.forkTemplate(order)).status).toBe(201);
    const { template } = await unwrap(marketplace.getTemplate({ templateId: "our-welcome" }));
    expect(template).toMatchObject({ tenant, forkedFrom: { tenant: owner.tenant, templateId, version: "1.0.0" } });
  }),

  check("many operations at once are one: if one fails, nothing is done", async (world) => {
    const { marketplace } = await withAgent(world);
    await unwrap(marketplace.publishTemplate({ body: workflow() }));
    const operations = [
      { op: "tag" as const, templateId, add: ["new"] },
      { op: "tag" as const, templateId: "nobody", add: ["new"] },
    ];
    await unwrap(marketplace.bulkTemplates({ body: { atomic: true, operations } }));
    const { versions } = await unwrap(marketplace.listTemplateVersions({ templateId }));
    expect(versions.map(({ version }) => version)).toEqual(["1.0.0"]);
  }),

  check("rollback and statuses hold for templates as for agents", async (world) => {
    const { marketplace, tenant } = await withAgent(world);
    const reason = "testing";
    for (const version of ["1.0.0", "1.1.0"])
      await unwrap(
        marketplace.publishTemplate({ body: workflow({ version, description: version }), visibility: "public" }),
      );
    await unwrap(marketplace.rollbackTemplate({ templateId, body: { targetVersion: "1.0.0", reason } }));
    const seen = () => world.anonymous.marketplace.getTemplate({ templateId, tenant });
    expect((await unwrap(seen())).template.currentVersion).toBe("1.0.0");
    await unwrap(marketplace.setTemplateStatus({ templateId, body: { status: "disabled", reason } }));
    refused(await seen(), 404, "template_not_found");
  }),
];

/** What templates promise. */
export const templates: Area = { name: "templates", checks: [...depending, ...rendering, ...sharing] };
