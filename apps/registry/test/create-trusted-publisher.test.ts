import { unwrap } from "@nofx/client";
import type { Scope } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";
import { asked } from "./workload.ts";

const issuer = "https://token.actions.githubusercontent.com";
const good = { name: "release", issuer, claims: asked, agents: ["code-review"] };

describe("createTrustedPublisher", () => {
  it("201: trusts a workload with agents that do not exist yet, and the audit log says so", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin("acme"));
    const { trustedPublisher, warnings } = await unwrap(
      admin.createTrustedPublisher({ body: { ...good, agents: ["code-review", "code-review"] } }),
    );
    expect(trustedPublisher).toMatchObject({ ...good, tenant: "acme", createdBy: expect.stringMatching(/^token:/) });
    expect(warnings).toEqual([]);
    const audit = await database.query("SELECT action, resource_id, details FROM registry.audit_log");
    expect(audit).toContainEqual({
      action: "trusted_publisher.created",
      resource_id: trustedPublisher.id,
      details: { name: "release", issuer, claims: asked, agents: ["code-review"] },
    });
  });

  it("201: templates beside agents, or alone; the audit log says so", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin("acme"));
    const { agents: _agents, ...nothing } = good;
    const both = { ...good, templates: ["release-notes", "release-notes"] };
    const first = await unwrap(admin.createTrustedPublisher({ body: both }));
    expect(first.trustedPublisher).toMatchObject({ agents: ["code-review"], templates: ["release-notes"] });
    for (const body of [
      { ...nothing, templates: ["digest"] },
      { ...good, agents: [], templates: ["digest"] },
    ]) {
      const { trustedPublisher } = await unwrap(admin.createTrustedPublisher({ body }));
      expect(trustedPublisher).toMatchObject({ agents: [], templates: ["digest"] });
    }
    const plain = await unwrap(admin.createTrustedPublisher({ body: good }));
    expect(plain.trustedPublisher, "as ever").not.toHaveProperty("templates");
    const audit = await database.query<{ details: object }>(
      "SELECT details FROM registry.audit_log WHERE action = 'trusted_publisher.created' ORDER BY id",
    );
    const common = { name: "release", issuer, claims: asked };
    expect(audit.map(({ details }) => details)).toEqual([
      { ...common, agents: ["code-review"], templates: ["release-notes"] },
      { ...common, agents: [], templates: ["digest"] },
      { ...common, agents: [], templates: ["digest"] },
      { ...common, agents: ["code-review"] },
    ]);
  });

  it("201 once for one Idempotency-Key", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const first = await admin.createTrustedPublisher({ body: good }, { idempotencyKey: "k" });
    const again = await admin.createTrustedPublisher({ body: good }, { idempotencyKey: "k" });
    expect(await unwrap(again)).toEqual(await unwrap(first));
    expect((await unwrap(admin.listTrustedPublishers())).trustedPublishers).toHaveLength(1);
  });

  it("201: the operator creates it for any tenant, also at GitLab", async () => {
    const { given, operator } = await registry();
    const tenant = await given.tenant();
    const body = {
      ...good,
      tenant,
      issuer: "https://gitlab.com",
      claims: { project_path: "acme/agents", project_id: "20", ref: "main", ref_protected: "true" },
    };
    expect(await unwrap(operator.createTrustedPublisher({ body }))).toMatchObject({
      trustedPublisher: { tenant, createdBy: "operator" },
      warnings: [],
    });
  });

  it("201 with warnings: names that may change hands, and every run of a repository trusted", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const body = { ...good, claims: { repository: "acme/agents" } };
    const { warnings } = await unwrap(admin.createTrustedPublisher({ body }));
    expect(warnings).toMatchObject([
      { code: "name_may_change_hands", severity: "warning", fix: expect.stringContaining("repository_id") },
      { code: "every_run_trusted", severity: "warning", fix: expect.stringContaining("environment") },
    ]);
  });

  it("422 issuer_not_allowed: the registry fetches keys only from where its operator says", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    for (const other of ["https://evil.example", `${issuer}/`, "http://169.254.169.254/"]) {
      const refused = await admin.createTrustedPublisher({ body: { ...good, issuer: other } });
      expect(refused).toBeProblem(422, "issuer_not_allowed");
      expect(refused).toMatchObject({ problem: { detail: expect.stringContaining("https://gitlab.com") } });
    }
  });

  it("422 claims_refused: every flaw at once, each with its place", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const claims = { aud: "nofx", ref: "refs/heads/*", environment: "release" };
    const refused = await admin.createTrustedPublisher({ body: { ...good, claims } });
    expect(refused).toBeProblem(422, "claims_refused");
    expect(refused.ok ? [] : refused.problem.errors?.map(({ path, code }) => [path, code])).toEqual([
      ["$.claims.aud", "not_an_identity"],
      ["$.claims.ref", "pattern_unsupported"],
      ["$.claims", "workload_not_named"],
    ]);
  });

  it("422 scope_exceeded: nobody makes a workload that may do more than they", async () => {
    const { as, given, operator } = await registry();
    const tenant = await given.tenant();
    const issue = async (body: { scopes: ("tokens:admin" | "agents:publish" | "agents:read")[]; agents?: string[] }) =>
      as({ tenant, token: (await unwrap(operator.createToken({ body: { name: "x", tenant, ...body } }))).secret });
    const noPublisher = await issue({ scopes: ["tokens:admin"] });
    expect(await noPublisher.createTrustedPublisher({ body: good })).toBeProblem(422, "scope_exceeded");
    const bound = await issue({ scopes: ["tokens:admin", "agents:publish", "agents:read"], agents: ["code-review"] });
    expect(await bound.createTrustedPublisher({ body: { ...good, agents: ["code-review", "triage"] } })).toBeProblem(
      422,
      "scope_exceeded",
    );
    expect(await bound.createTrustedPublisher({ body: good })).toMatchObject({ status: 201 });
  });

  it("422 scope_exceeded: nor one that may change templates that they may not, whatever else they may", async () => {
    const { as, given, operator } = await registry();
    const tenant = await given.tenant();
    const issue = async (scopes: Scope[], bound: { agents?: string[]; templates?: string[] } = {}) => {
      const body = { name: "x", tenant, scopes: ["tokens:admin" as const, ...scopes], ...bound };
      return as({ tenant, token: (await unwrap(operator.createToken({ body }))).secret });
    };
    const { agents: _agents, ...nothing } = good;
    const templates = { ...nothing, templates: ["release-notes"] };
    const [onAgents, onTemplates]: Scope[][] = [
      ["agents:publish", "agents:read"],
      ["templates:publish", "templates:read"],
    ];
    const agentsOnly = await issue(onAgents ?? []);
    expect(await agentsOnly.createTrustedPublisher({ body: templates })).toBeProblem(422, "scope_exceeded");
    expect(await agentsOnly.createTrustedPublisher({ body: good })).toMatchObject({ status: 201 });
    const templatesOnly = await issue(onTemplates ?? []);
    expect(await templatesOnly.createTrustedPublisher({ body: templates })).toMatchObject({ status: 201 });
    expect(await templatesOnly.createTrustedPublisher({ body: good })).toBeProblem(422, "scope_exceeded");
    const both = { ...good, ...templates };
    expect(await templatesOnly.createTrustedPublisher({ body: both })).toBeProblem(422, "scope_exceeded");
    const all = [...(onAgents ?? []), ...(onTemplates ?? [])];
    const bound = await issue(all, { agents: ["code-review"], templates: ["release-notes"] });
    expect(await bound.createTrustedPublisher({ body: both })).toMatchObject({ status: 201 });
    const more = await bound.createTrustedPublisher({ body: { ...both, templates: ["release-notes", "digest"] } });
    expect(more).toBeProblem(422, "scope_exceeded");
    expect(more).toMatchObject({ problem: { detail: "Your token lacks: template digest." } });
    const boundToAgents = await issue(all, { agents: ["code-review"] });
    expect(await boundToAgents.createTrustedPublisher({ body: templates })).toBeProblem(422, "scope_exceeded");
  });

  it("404 tenant_not_found: for others than the operator, other tenants do not exist", async () => {
    const { as, given, operator } = await registry();
    await given.tenant("globex");
    const admin = as(await given.admin("acme"));
    for (const client of [admin, operator]) {
      const tenant = client === admin ? "globex" : "nobody";
      expect(await client.createTrustedPublisher({ body: { ...good, tenant } })).toBeProblem(404, "tenant_not_found");
    }
  });

  it.each([
    ["no agent", { agents: [] }],
    ["neither an agent nor a template", { agents: undefined, templates: [] }],
    ["101 templates", { templates: Array.from({ length: 101 }, (_, index) => `t${index}`) }],
    ["a template id that cannot be", { templates: ["No Template"] }],
    ["101 agents", { agents: Array.from({ length: 101 }, (_, index) => `a${index}`) }],
    ["an agent id that cannot be", { agents: ["No Agent"] }],
    ["21 claims", { claims: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`c${index}`, "x"])) }],
    ["an empty value", { claims: { repository: "" } }],
    ["a claim without a name", { claims: { "": "x" } }],
    ["an issuer that is no address", { issuer: "github" }],
  ])("400 request_invalid: %s", async (_what, change) => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    expect(await admin.createTrustedPublisher({ body: { ...good, ...change } })).toBeProblem(400, "request_invalid");
  });
});
