import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { breakable, planned, publishAgent, storedRows, tooManyAgents } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";

const address = { templateId: "release-notes", version: "1.0.0" };
const tests = [{ name: "fine", variables: { since: "v1" } }];

describe("testTemplateVersion", () => {
  const { state, fetchRegistry } = breakable();
  let world: TestMarketplace;
  let acme: Person;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    state.isDown = false;
    world = await marketplace({}, { fetchRegistry });
    acme = await world.person("publisher", "acme");
    alice = world.as(acme);
    for (const agentId of ["collector", "editor"]) await publishAgent(world, acme, agentId, "1.0.0");
  });
  const publish = async (content: object = { tests }, version = "1.0.0") =>
    await unwrap(alice.publishTemplate({ body: planned(content, { version }), visibility: "public" }));

  it("200: the report is kept in the place of the one before, audited, and told in the feed", async () => {
    await publish();
    const first = await alice.testTemplateVersion(address);
    expect(first.headers.get("nofx-change")).toBeTruthy();
    if (!first.ok) throw new Error(first.problem.title);
    expect(first.body.report.failed).toBe(0);
    expect(await unwrap(alice.getTemplateTestReport(address))).toEqual(first.body);
    const second = await unwrap(alice.testTemplateVersion(address));
    expect(await unwrap(alice.getTemplateTestReport(address))).toEqual(second);
    const [entry] = await world.database.query(
      "SELECT details, version FROM marketplace.audit_log WHERE action = 'template.version_tested' ORDER BY id",
    );
    expect(entry).toMatchObject({ version: "1.0.0", details: { passed: first.body.report.passed, failed: 0 } });
  });

  it("503 dependency_unavailable while the registry is down: nothing is written, and the same key works again", async () => {
    await publish();
    const before = await storedRows(world);
    state.isDown = true;
    const refused = await alice.testTemplateVersion(address, { idempotencyKey: "k" });
    expect(refused).toBeProblem(503, "dependency_unavailable");
    expect(await storedRows(world)).toBe(before);
    state.isDown = false;
    const tested = await alice.testTemplateVersion(address, { idempotencyKey: "k" });
    const again = await alice.testTemplateVersion(address, { idempotencyKey: "k" });
    expect(tested).toMatchObject({ status: 200 });
    expect(again).toMatchObject({ status: 200, body: tested.ok ? tested.body : {} });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("422 dependencies_unsatisfiable and dependencies_too_complex: no report is kept", async () => {
    await publish({ dependencies: { agents: { collector: "^9.0.0" } } });
    expect(await alice.testTemplateVersion(address)).toBeProblem(422, "dependencies_unsatisfiable");
    await publish({ dependencies: { agents: await tooManyAgents(world, acme) } }, "2.0.0");
    const large = await alice.testTemplateVersion({ ...address, version: "2.0.0" });
    expect(large).toBeProblem(422, "dependencies_too_complex");
    expect(await world.database.query("SELECT FROM marketplace.template_test_reports")).toEqual([]);
  });

  it("404 template_not_found and version_not_found", async () => {
    expect(await alice.testTemplateVersion(address)).toBeProblem(404, "template_not_found");
    await publish();
    const missing = { ...address, version: "9.0.0" };
    expect(await alice.testTemplateVersion(missing)).toBeProblem(404, "version_not_found");
  });

  it("401, 403 forbidden and 403 agent_not_allowed: it takes a publisher of the tenant whose token is bound to nothing", async () => {
    await publish();
    expect(await world.anonymous.testTemplateVersion(address)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.testTemplateVersion(address)).toBeProblem(403, "forbidden");
    const bound = world.as(await world.bound("acme", ["collector"]));
    expect(await bound.testTemplateVersion(address)).toBeProblem(403, "agent_not_allowed");
  });
});
