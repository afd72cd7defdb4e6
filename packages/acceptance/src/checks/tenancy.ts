import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent, workflow } from "../bodies.ts";
import { refused, refusedOnWire } from "../refused.ts";
import { type Area, check, first, soon } from "../suite.ts";
import { as, ask } from "../wire.ts";
import { newWord, type World } from "../world.ts";

const agentId = "greeter";
const templateId = "welcome";

/** A tenant with a private agent and template that a word of their own finds. */
const withSecrets = async (world: World) => {
  const owner = await world.person("admin");
  const word = newWord();
  await unwrap(owner.registry.publishAgent({ body: agent({ name: word }) }));
  const published = await owner.marketplace.publishTemplate({ body: workflow({ name: word }) });
  await unwrap(published);
  return { owner, word, change: published.headers.get("nofx-change") ?? "" };
};

const apart: Area["checks"] = [
  first("404: what a tenant keeps private is not there for others, whoever asks and whatever for", async (world) => {
    const { owner } = await withSecrets(world);
    const { tenant } = owner;
    const stranger = await world.person("admin");
    const version = "1.0.0";
    for (const { registry, marketplace, search } of [stranger, world.anonymous]) {
      refused(await registry.getAgent({ agentId, tenant }), 404, "agent_not_found");
      refused(await registry.getAgentVersion({ agentId, tenant, version }), 404, "agent_not_found");
      refused(
        await registry.getAgentFile({ agentId, tenant, version, path: "prompts/system.md" }),
        404,
        "agent_not_found",
      );
      refused(await registry.resolveAgent({ agentId, tenant }), 404, "agent_not_found");
      refused(await marketplace.getTemplate({ templateId, tenant }), 404, "template_not_found");
      refused(await search.getRelations({ type: "agent", id: agentId, tenant }), 404, "resource_not_found");
    }
    const theirs = await stranger.marketplace.forkTemplate({ templateId, tenant, body: { templateId: "mine" } });
    refused(theirs, 404, "template_not_found");
    const wish = { agents: [{ agentId, tenant }] };
    const { results } = await unwrap(stranger.registry.resolveAgents({ body: wish }));
    expect(JSON.stringify(results)).toContain("agent_not_found");
  }),

  first("what is private is in nobody else's lists, search, suggestions or feed", async (world) => {
    const { owner, word, change } = await withSecrets(world);
    const found = await unwrap(owner.search.unifiedSearch({ q: word, min_change: change }));
    expect(found).toMatchObject({ freshness: { satisfied: true }, total: { value: 2 } });
    const stranger = await world.person("admin");
    for (const { registry, marketplace, search } of [stranger, world.anonymous]) {
      expect(await unwrap(search.unifiedSearch({ q: word, facets: "type,author" }))).toMatchObject({
        total: { value: 0 },
        hits: [],
      });
      expect((await unwrap(search.suggestSearch({ q: word }))).suggestions).toEqual([]);
      expect((await unwrap(registry.listAgents({ search: word }))).agents).toEqual([]);
      expect((await unwrap(marketplace.listTemplates({ search: word }))).templates).toEqual([]);
    }
    const { changes } = await unwrap(stranger.registry.listChanges({ from: "oldest", limit: 1000 }));
    expect(changes.filter(({ tenant }) => tenant === owner.tenant)).toEqual([]);
  }),

  check("an id is each tenant's own: two have the same, and publish what they like", async (world) => {
    const [alice, bob] = [await world.person("publisher"), await world.person("publisher")];
    for (const { registry } of [alice, bob])
      expect((await registry.publishAgent({ body: agent(), visibility: "public" })).status).toBe(201);
    await unwrap(bob.registry.publishAgent({ body: agent({ version: "1.1.0" }) }));
    expect((await unwrap(alice.registry.getAgent({ agentId }))).agent.currentVersion).toBe("1.0.0");
    const seen = await unwrap(alice.registry.getAgent({ agentId, tenant: bob.tenant }));
    expect(seen.agent).toMatchObject({ tenant: bob.tenant, currentVersion: "1.1.0" });
  }),

  check("visibility can be taken back: what becomes private is gone for others, in search too", async (world) => {
    const owner = await world.person("admin");
    const word = newWord();
    const body = agent({ name: word });
    const opened = await owner.registry.publishAgent({ body, visibility: "public" });
    const see = () => world.anonymous.registry.getAgent({ agentId, tenant: owner.tenant });
    const find = async (change: string | null) =>
      (await unwrap(world.anonymous.search.unifiedSearch({ q: word, min_change: change ?? "" }))).total.value;
    expect([(await see()).status, await find(opened.headers.get("nofx-change"))]).toEqual([200, 1]);
    const closed = await owner.registry.publishAgent({ body, visibility: "private" });
    await soon(async () => (await see()).status).toBe(404);
    expect(await find(closed.headers.get("nofx-change"))).toBe(0);
  }),
];

const tokens: Area["checks"] = [
  first("401 without a good token, 403 without the scope, and nothing is done", async (world) => {
    const viewer = await world.person("viewer");
    refused(await world.anonymous.registry.publishAgent({ body: agent() }), 401, "unauthenticated");
    refused(await viewer.registry.publishAgent({ body: agent() }), 403, "forbidden");
    refused(await viewer.marketplace.publishTemplate({ body: workflow() }), 403, "forbidden");
    refused(await viewer.registry.listTenants(), 403, "forbidden");
    const headers = { authorization: `Bearer nofx_${"x".repeat(43)}` };
    for (const path of ["/api/agents", "/api/templates", "/api/search?q=x"])
      await refusedOnWire(await ask(world.target, path, { headers }), 401, "unauthenticated");
    expect((await unwrap(viewer.registry.listAgents({ visibility: "private" }))).agents).toEqual([]);
  }),

  check(
    "a token is good for what it was issued for: scopes, agents, templates; nobody gives more than they have",
    async (world) => {
      const admin = await world.person("admin");
      const bound = await world.bearer({ role: "publisher", agents: [agentId] }, admin.tenant);
      expect((await bound.registry.publishAgent({ body: agent() })).status).toBe(201);
      refused(await bound.registry.publishAgent({ body: agent({ agentId: "other" }) }), 403, "agent_not_allowed");
      const templates = await world.bearer({ role: "publisher", templates: ["welcome"] }, admin.tenant);
      expect((await templates.marketplace.publishTemplate({ body: workflow() })).status).toBe(201);
      const other = await templates.marketplace.publishTemplate({ body: workflow({ templateId: "other" }) });
      refused(other, 403, "template_not_allowed");
      refused(await templates.registry.publishAgent({ body: agent() }), 403, "agent_not_allowed");
      refused(await bound.marketplace.publishTemplate({ body: workflow() }), 403, "agent_not_allowed");
      const issuer = await world.bearer({ scopes: ["tokens:admin"] }, admin.tenant);
      const more = await issuer.registry.createToken({ body: { name: "more", role: "admin" } });
      refused(more, 422, "scope_exceeded");
      expect(await unwrap(bound.registry.getWhoami())).toMatchObject({ tenant: admin.tenant, kind: "member" });
    },
  ),

  check("a revoked token is refused by the registry at once, by all services within 30 seconds", async (world) => {
    const admin = await world.person("admin");
    const leaving = await world.person("viewer", admin.tenant);
    const paths = ["/api/whoami", "/api/templates", "/api/search?q=x"];
    const statuses = () =>
      Promise.all(paths.map(async (path) => (await ask(world.target, path, { headers: as(leaving) })).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    await unwrap(admin.registry.revokeToken({ tokenId: leaving.tokenId }));
    // Of several replicas, the others hear of it within the same 30 seconds.
    if (!world.target.replicas) expect((await statuses())[0]).toBe(401);
    await expect.poll(statuses, { timeout: 31_000, interval: 250 }).toEqual([401, 401, 401]);
  }),
];

/** Who sees and does what. */
export const tenancy: Area = { name: "tenants and tokens", checks: [...apart, ...tokens] };
