import { unwrap } from "@nofx/client";
import type { Operation } from "@nofx/contract-kit";
import { errorCodes } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";
import { argumentsFor, callAny, operations, type Target } from "./calls.ts";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

const target: Target = {
  tenant: "acme",
  agentId: "other",
  version: "1.0.0",
  path: "prompts/system.md",
  tokenId: crypto.randomUUID(),
  publisherId: crypto.randomUUID(),
  webhookId: crypto.randomUUID(),
  deliveryId: crypto.randomUUID(),
};

/** A registry with two agents, and a client whose token may do everything, but to `mine` only. */
const build = async (): Promise<{ world: TestRegistry; bound: RegistryClient; token: string }> => {
  const world = await registry();
  const admin = world.as(await world.given.admin("acme"));
  for (const agentId of ["mine", "other"]) {
    for (const version of ["1.0.0", "1.1.0"]) {
      await unwrap(admin.publishAgent({ body: world.given.manifest({ agentId, version }) }));
    }
  }
  const order = { name: "bound", role: "admin", agents: ["mine", "mine", "future"] } as const;
  const { token, secret } = await unwrap(admin.createToken({ body: { ...order, agents: [...order.agents] } }));
  expect(token.agents).toEqual(["mine", "future"]);
  return { world, bound: world.as({ tenant: "acme", token: secret }), token: secret };
};

const changing = operations.filter((operation) => errorCodes(operation).includes("agent_not_allowed"));

describe("a token bound to agents", () => {
  it.each(changing.map((operation) => [operation.id, operation] as [string, Operation]))(
    "403 agent_not_allowed %s: another agent of its tenant, with nothing changed",
    async (_id, operation) => {
      const { world, bound } = await build();
      const state = () =>
        world.database.query(
          "SELECT (SELECT json_agg(a ORDER BY agent_id) FROM registry.agent_registry a)::text || (SELECT json_agg(v ORDER BY id) FROM registry.agent_versions v)::text || (SELECT count(*) FROM registry.audit_log) AS state",
        );
      const before = await state();
      const refused = await callAny(bound, operation, argumentsFor(operation, target));
      expect(refused).toBeProblem(403, "agent_not_allowed");
      expect(refused.problem?.detail).toContain("mine, future");
      expect(await state()).toEqual(before);
    },
  );

  it("403 agent_not_allowed: agents that do not exist are no exception, nor are dry runs and what is published already", async () => {
    const { world, bound } = await build();
    const publish = (agentId: string, dryRun: "true" | "false") =>
      bound.publishAgent({ dryRun, body: world.given.manifest({ agentId }) });
    expect(await publish("new", "false")).toBeProblem(403, "agent_not_allowed");
    expect(await publish("other", "true")).toBeProblem(403, "agent_not_allowed");
    expect(await publish("other", "false")).toBeProblem(403, "agent_not_allowed");
  });

  it("changes its own agents, and publishes those that do not exist yet", async () => {
    const { world, bound } = await build();
    const body = { targetVersion: "1.0.0", reason: "testing" };
    expect(await bound.rollbackAgent({ agentId: "mine", body })).toMatchObject({ status: 200 });
    const first = world.given.manifest({ agentId: "future" });
    expect(await bound.publishAgent({ body: first })).toMatchObject({ status: 201 });
  });

  it("reads whatever its tenant may read", async () => {
    const { bound } = await build();
    expect(await bound.getAgent({ agentId: "other" })).toMatchObject({ status: 200 });
    expect((await unwrap(bound.listAgents())).agents).toHaveLength(2);
  });

  it("is introspected and listed with its agents", async () => {
    const { world, bound, token } = await build();
    expect(await unwrap(world.operator.introspectToken({ body: { token } }))).toMatchObject({
      active: true,
      agents: ["mine", "future"],
    });
    const { tokens } = await unwrap(bound.listTokens());
    expect(tokens.map(({ name, agents }) => [name, agents])).toContainEqual(["bound", ["mine", "future"]]);
  });

  it("422 scope_exceeded: issues no token for other agents, or for all", async () => {
    const { bound } = await build();
    const issue = (agents?: string[]) => bound.createToken({ body: { name: "x", role: "publisher", agents } });
    expect(await issue()).toBeProblem(422, "scope_exceeded");
    expect(await issue(["mine", "other"])).toBeProblem(422, "scope_exceeded");
    expect(await issue(["mine"])).toMatchObject({ status: 201 });
  });
});

describe("a token bound to templates", () => {
  const withTemplates = async (more: { agents?: string[] } = {}) => {
    const world = await registry();
    const admin = world.as(await world.given.admin("acme"));
    await unwrap(admin.publishAgent({ body: world.given.manifest({ agentId: "notes" }) }));
    const order = { name: "bound", role: "admin" as const, templates: ["notes", "notes", "future"], ...more };
    const { token, secret } = await unwrap(admin.createToken({ body: order }));
    return { world, admin, token, secret, bound: world.as({ tenant: "acme", token: secret }) };
  };

  it.each(changing.map((operation) => [operation.id, operation] as [string, Operation]))(
    "403 agent_not_allowed %s: no agent, not even of the same name",
    async (_id, operation) => {
      const { bound } = await withTemplates();
      const refused = await callAny(bound, operation, argumentsFor(operation, { ...target, agentId: "notes" }));
      expect(refused).toBeProblem(403, "agent_not_allowed");
      expect(refused.problem?.detail).toBe("The token may change only: template notes, template future.");
    },
  );

  it("changes the agents that it names beside them", async () => {
    const { world, bound } = await withTemplates({ agents: ["mine"] });
    expect(await bound.publishAgent({ body: world.given.manifest({ agentId: "mine" }) })).toMatchObject({
      status: 201,
    });
    const other = await bound.publishAgent({ body: world.given.manifest({ agentId: "notes", version: "1.1.0" }) });
    expect(other).toBeProblem(403, "agent_not_allowed");
  });

  it("is told with agents, too: none, for who knows nothing of templates; the audit log says the same", async () => {
    const { world, admin, token, secret } = await withTemplates();
    const bound = { agents: [], templates: ["notes", "future"] };
    expect(token).toMatchObject(bound);
    expect(await unwrap(world.operator.introspectToken({ body: { token: secret } }))).toMatchObject(bound);
    const { tokens } = await unwrap(admin.listTokens());
    expect(tokens.find(({ id }) => id === token.id)).toMatchObject(bound);
    const audit = await world.database.query(
      "SELECT details FROM registry.audit_log WHERE action = 'token.issued' AND resource_id = $1",
      [token.id],
    );
    expect(audit).toMatchObject([{ details: bound }]);
  });

  it("422 scope_exceeded: issues no token for other templates, for agents, or for all", async () => {
    const { bound } = await withTemplates();
    const issue = (named: { agents?: string[]; templates?: string[] }) =>
      bound.createToken({ body: { name: "x", role: "publisher", ...named } });
    for (const named of [{}, { templates: ["other"] }, { agents: ["notes"] }, { agents: ["x"], templates: ["notes"] }])
      expect(await issue(named), JSON.stringify(named)).toBeProblem(422, "scope_exceeded");
    expect(await issue({ templates: ["notes"] })).toMatchObject({ status: 201 });
  });

  it("cannot be stored as one that is bound to nothing for who knows nothing of templates", async () => {
    const { world, token } = await withTemplates();
    const change = (set: string) =>
      world.database.query(`UPDATE registry.api_tokens SET ${set} WHERE id = $1`, [token.id]);
    for (const set of ["agents = NULL", "templates = NULL", "templates = '{}'"])
      await expect(change(set), set).rejects.toThrow(/check constraint/);
    await change("agents = '{x}'");
  });
});
