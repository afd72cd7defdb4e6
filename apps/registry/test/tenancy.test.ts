import { unwrap } from "@nofx/client";
import type { Operation } from "@nofx/contract-kit";
import { beforeEach, describe, expect, it } from "vitest";
import { argumentsFor, callAny, operations, type Target } from "./calls.ts";
import { preparedRegistry } from "./prepared-registry.ts";
import type { Person, RegistryClient, TestRegistry } from "./registry.ts";

const secretWords = ["Classified", "owl-team", "night-vision", "hush-hush"];

/** Alice's tenant has a private agent, a token, history; Mallory is administrator of another tenant. */
interface World {
  readonly registry: TestRegistry;
  readonly mallory: RegistryClient;
  readonly alice: RegistryClient;
  readonly target: Target;
  readonly mallorysTenant: string;
}

const secretAgent = (world: TestRegistry, version: string) =>
  world.given.manifest({
    agentId: "hidden-owl",
    version,
    name: "Classified",
    tags: ["hush-hush"],
    capabilities: [{ id: "night-vision", label: "See" }],
    metadata: { owner: "owl-team" },
    manifest: { entryPrompt: "prompts/system.md", capabilities: ["night-vision"] },
  });

/** Its receiver does not listen. */
const secretWebhook = async (alice: RegistryClient) => {
  const body = { url: "http://127.0.0.1:9/hush-hush", active: false };
  const { webhook } = await unwrap(alice.createWebhook({ body }));
  const { delivery } = await unwrap(alice.testWebhook({ webhookId: webhook.id }));
  return { webhookId: webhook.id, deliveryId: delivery.id };
};

const fill = async (world: TestRegistry) => {
  const person: Person = await world.given.admin("acme");
  const alice = world.as(person);
  for (const version of ["1.0.0", "1.1.0"]) await unwrap(alice.publishAgent({ body: secretAgent(world, version) }));
  await unwrap(alice.setChannel({ agentId: "hidden-owl", channel: "beta", body: { version: "1.1.0" } }));
  const { tokens } = await unwrap(alice.listTokens());
  const publisher = { name: "owl-team", claims: { repository: "owl-team/hush-hush" }, agents: ["hidden-owl"] };
  const issuer = "https://token.actions.githubusercontent.com";
  const { trustedPublisher } = await unwrap(alice.createTrustedPublisher({ body: { ...publisher, issuer } }));
  const target = {
    tenant: "acme",
    agentId: "hidden-owl",
    version: "1.0.0",
    path: "prompts/system.md",
    tokenId: tokens[0]?.id ?? "",
    publisherId: trustedPublisher.id,
    ...(await secretWebhook(alice)),
  };
  return { target, alice: person, mallory: await world.given.admin("globex") };
};

/** What is known of a resource that does not exist: the same operation on a tenant that has nothing. */
const absent = (target: Target): Target => ({
  ...target,
  tenant: "nowhere",
  agentId: "hidden-cat",
  tokenId: crypto.randomUUID(),
  publisherId: crypto.randomUUID(),
  webhookId: crypto.randomUUID(),
  deliveryId: crypto.randomUUID(),
});

const shape = (answer: { status: number; problem?: { code: string; detail?: string } }) => [
  answer.status,
  answer.problem?.code,
  answer.problem?.detail,
];

const aliceState = async ({ registry: { database } }: World) =>
  JSON.stringify(
    await database.query(`
      SELECT (SELECT json_agg(a ORDER BY agent_id) FROM registry.agent_registry a WHERE tenant_id = 'acme') AS agents,
             (SELECT json_agg(v.digest || v.status ORDER BY version) FROM registry.agent_versions v WHERE tenant_id = 'acme') AS versions,
             (SELECT json_agg(c ORDER BY channel) FROM registry.agent_channels c WHERE tenant_id = 'acme') AS channels,
             (SELECT json_agg(t ORDER BY id) FROM registry.api_tokens t WHERE tenant_id = 'acme') AS tokens,
             (SELECT json_agg(p ORDER BY id) FROM registry.trusted_publishers p WHERE tenant_id = 'acme') AS publishers,
             (SELECT json_agg(w ORDER BY id) FROM registry.webhooks w WHERE tenant_id = 'acme') AS webhooks,
             (SELECT json_agg(d ORDER BY id) FROM registry.webhook_deliveries d WHERE tenant_id = 'acme') AS deliveries,
             (SELECT count(*) FROM registry.audit_log WHERE tenant_id = 'acme') AS entries`),
  );

describe("a private agent of another tenant", () => {
  const filled = preparedRegistry(fill);
  let world: World;
  beforeEach(async () => {
    const { world: copy, prepared } = await filled();
    const { target, alice, mallory } = prepared;
    world = {
      registry: copy,
      alice: copy.as(alice),
      mallory: copy.as(mallory),
      target,
      mallorysTenant: mallory.tenant,
    };
  });

  const cases = operations.map((operation) => [operation.id, operation] as [string, Operation]);

  it.each(cases)("%s: cannot be seen or changed, with or without naming its tenant", async (_id, operation) => {
    const before = await aliceState(world);
    const named = await callAny(world.mallory, operation, argumentsFor(operation, world.target));
    const { tenant, ...rest } = argumentsFor(operation, { ...world.target, tenant: world.mallorysTenant });
    // Where the tenant is a part of the address, nobody can leave it out.
    const unnamed = operation.path.includes("{tenant}") ? { ...rest, tenant } : rest;
    const own = await callAny(world.mallory, operation, unnamed);
    const nobody = await callAny(world.registry.anonymous, operation, argumentsFor(operation, world.target));
    const seen = JSON.stringify([named.body, own.body, nobody.body]);
    if (operation.id !== "validateAgent") for (const word of secretWords) expect(seen).not.toContain(word);
    expect(await aliceState(world)).toBe(before);
  });

  it.each(cases)("%s: answers exactly as if it did not exist", async (_id, operation) => {
    const hidden = await callAny(world.mallory, operation, argumentsFor(operation, world.target));
    const missing = await callAny(world.mallory, operation, argumentsFor(operation, absent(world.target)));
    if (hidden.ok || missing.ok) expect(hidden.ok).toBe(missing.ok);
    else expect(shape(hidden)).toEqual(shape(missing));
  });

  it("publishing the same id makes an agent of one's own", async () => {
    const { mallory, alice, registry: world_ } = world;
    const body = world_.given.manifest({ agentId: "hidden-owl", name: "Mine" });
    expect(await mallory.publishAgent({ body })).toMatchObject({ status: 201, body: { agent: { tenant: "globex" } } });
    expect((await unwrap(alice.getAgent({ agentId: "hidden-owl" }))).agent.name).toBe("Classified");
  });

  it("the feed shows nothing of it to others", async () => {
    const { mallory, registry: world_ } = world;
    for (const client of [mallory, world_.anonymous]) {
      const { changes } = await unwrap(client.listChanges({ limit: 1000 }));
      expect(changes.filter(({ tenant }) => tenant === "acme")).toEqual([]);
    }
  });
});
