import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { breakable, planned, publishAgent, storedRows, tooManyAgents } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";

const templateId = "release-notes";
const address = { templateId, version: "1.0.0" };
const reason = "testing";

describe("lockTemplateVersion", () => {
  const { state, fetchRegistry } = breakable();
  let world: TestMarketplace;
  let acme: Person;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    state.isDown = false;
    world = await marketplace({}, { fetchRegistry });
    acme = await world.person("admin", "acme");
    alice = world.as(acme);
    for (const version of ["1.0.0", "1.1.0"])
      await publishAgent(world, acme, "collector", version, { visibility: "public" });
    await publishAgent(world, acme, "editor", "2.0.0");
  });

  const publish = async (content: object = {}, version = "1.0.0") =>
    await unwrap(alice.publishTemplate({ body: planned(content, { version }), visibility: "public" }));
  const lock = async (more: { environment?: string; body?: { strategy?: "lowest" } } = {}) =>
    await unwrap(alice.lockTemplateVersion({ ...address, body: {}, ...more }));
  const entries = async () =>
    await world.database.query(
      "SELECT environment, kind, on_tenant, on_id, on_version FROM marketplace.template_lock_entries ORDER BY environment, on_id",
    );
  const events = async () =>
    await world.database.query(
      "SELECT details, version FROM marketplace.audit_log WHERE action = 'template.version_locked' ORDER BY id",
    );

  it("200 created: the lock that resolving answers, kept with all its entries; audited and told in the feed", async () => {
    await publish();
    const resolved = await unwrap(alice.resolveTemplate({ templateId, body: {} }));
    const locked = await alice.lockTemplateVersion({ ...address, body: {} });
    expect(locked).toMatchObject({ status: 200, body: { outcome: "created", lock: { lock: resolved.lock } } });
    expect(locked.headers.get("nofx-change")).toBeTruthy();
    expect(await unwrap(alice.getTemplateVersionLock(address))).toMatchObject({
      lock: resolved.lock,
      digest: resolved.digest,
    });
    const entry = { environment: "", kind: "agent", on_tenant: "acme" };
    expect(await entries()).toEqual([
      { ...entry, on_id: "collector", on_version: "1.1.0" },
      { ...entry, on_id: "editor", on_version: "2.0.0" },
    ]);
    expect(await events()).toMatchObject([{ version: "1.0.0", details: { digest: resolved.digest } }]);
    const told = await world.database.query(
      "SELECT visibility FROM marketplace.outbox WHERE type = 'template.version_locked' UNION SELECT visibility FROM marketplace.changes WHERE type = 'template.version_locked'",
    );
    expect(told).toEqual([{ visibility: "private" }]);
  });

  it("200 unchanged: the same lock again leaves it as it is; changed: another takes its place", async () => {
    await publish();
    const first = await lock();
    const before = await storedRows(world);
    expect(await lock()).toEqual({ ...first, outcome: "unchanged" });
    expect(await storedRows(world)).toBe(before);
    const lower = await lock({ body: { strategy: "lowest" } });
    expect([lower.outcome, lower.lock.lock.agents["acme/collector"]?.version]).toEqual(["changed", "1.0.0"]);
    expect(await entries()).toMatchObject([{ on_id: "collector", on_version: "1.0.0" }, { on_id: "editor" }]);
    expect(await events()).toHaveLength(2);
  });

  it("200: one for each environment, which plans there use, without the registry and whatever is published later", async () => {
    await publish({ environments: { production: { agents: { collector: "<1.1" } } } });
    await lock();
    expect((await lock({ environment: "production" })).lock.environment).toBe("production");
    await publishAgent(world, acme, "collector", "1.2.0", { visibility: "public" });
    state.isDown = true;
    for (const [environment, version] of [
      [undefined, "1.1.0"],
      ["production", "1.0.0"],
    ] as const) {
      const body = { variables: { since: "v1" }, ...(environment && { environment }) };
      const { plan, lock: used } = await unwrap(alice.renderTemplate({ templateId, body }));
      expect([plan.steps[0]?.agent.version, used?.from]).toEqual([version, "stored"]);
    }
  });

  it("200: the same Idempotency-Key is answered alike, and has one effect", async () => {
    await publish();
    const order = { ...address, body: {} };
    const first = await alice.lockTemplateVersion(order, { idempotencyKey: "k" });
    const again = await alice.lockTemplateVersion(order, { idempotencyKey: "k" });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again).toMatchObject({ status: 200, body: first.ok ? first.body : {} });
    expect(await events()).toHaveLength(1);
  });

  it("503 dependency_unavailable while the registry is down: nothing is written, and the same key works again", async () => {
    await publish();
    const before = await storedRows(world);
    state.isDown = true;
    const order = { ...address, body: {} };
    const refused = await alice.lockTemplateVersion(order, { idempotencyKey: "k" });
    expect(refused).toBeProblem(503, "dependency_unavailable");
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(await storedRows(world)).toBe(before);
    state.isDown = false;
    expect(await alice.lockTemplateVersion(order, { idempotencyKey: "k" })).toMatchObject({
      status: 200,
      body: { outcome: "created" },
    });
  });

  it("200 changed: it becomes readable for others once all that is in it is public, and the feed tells them", async () => {
    await publish();
    const bob = world.as(await world.person("viewer", "globex"));
    const named = { ...address, tenant: "acme" };
    await lock();
    expect(await bob.getTemplateVersionLock(named)).toBeProblem(404, "lock_not_found");
    await publishAgent(world, acme, "editor", "2.0.0", { visibility: "public" });
    expect((await lock()).outcome).toBe("changed");
    expect(await bob.getTemplateVersionLock(named)).toMatchObject({ status: 200 });
  });

  it("422 environment_unknown, dependencies_unsatisfiable and dependencies_too_complex", async () => {
    await publish({ dependencies: { agents: { collector: "^9.0.0" } } });
    const order = { ...address, body: {} };
    const refused = await alice.lockTemplateVersion({ ...order, environment: "x" });
    expect(refused).toBeProblem(422, "environment_unknown");
    expect(await alice.lockTemplateVersion(order)).toBeProblem(422, "dependencies_unsatisfiable");
    const agents = await tooManyAgents(world, acme);
    await publish({ dependencies: { agents } }, "2.0.0");
    const large = await alice.lockTemplateVersion({ ...order, version: "2.0.0" });
    expect(large).toBeProblem(422, "dependencies_too_complex");
    expect(await entries()).toEqual([]);
  });

  it("404 template_not_found and version_not_found", async () => {
    const order = { ...address, body: {} };
    expect(await alice.lockTemplateVersion(order)).toBeProblem(404, "template_not_found");
    await publish();
    expect(await alice.lockTemplateVersion({ ...order, version: "9.0.0" })).toBeProblem(404, "version_not_found");
  });

  it("401, 403 forbidden and 403 agent_not_allowed: it takes a publisher of the tenant whose token is bound to nothing", async () => {
    await publish();
    const order = { ...address, body: {} };
    expect(await world.anonymous.lockTemplateVersion(order)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.lockTemplateVersion(order)).toBeProblem(403, "forbidden");
    const bound = world.as(await world.bound("acme", ["collector"]));
    expect(await bound.lockTemplateVersion(order)).toBeProblem(403, "agent_not_allowed");
  });

  it("a draft's lock is told to its own tenant only", async () => {
    await publishAgent(world, acme, "editor", "2.0.0", { visibility: "public" });
    await publish();
    const body = planned({}, { version: "2.0.0" });
    await unwrap(alice.publishTemplate({ body, draft: "true" }));
    await unwrap(alice.lockTemplateVersion({ templateId, version: "2.0.0", body: {} }));
    const bob = world.as(await world.person("viewer", "globex"));
    const { changes } = await unwrap(bob.listMarketplaceChanges());
    expect(changes.map(({ type }) => type)).not.toContain("template.version_locked");
    expect(await bob.getTemplateVersionLock({ templateId, version: "2.0.0", tenant: "acme" })).toBeProblem(
      404,
      "version_not_found",
    );
    await unwrap(alice.setTemplateStatus({ templateId, body: { status: "disabled", reason } }));
    expect(await bob.getTemplateVersionLock({ ...address, tenant: "acme" })).toBeProblem(404, "template_not_found");
  });
});
