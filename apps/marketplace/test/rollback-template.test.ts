import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const templateId = "release-notes";
const back = (targetVersion = "1.0.0") => ({ templateId, body: { targetVersion, reason: "It leaves out fixes." } });

describe("rollbackTemplate", () => {
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    alice = world.as(await world.person("admin", "acme"));
    await unwrap(alice.publishTemplate({ body: workflow() }));
    const next = {
      version: "1.1.0",
      name: "Notes",
      tags: ["other"],
      category: "marketing",
      metadata: { owner: "team-b" },
    };
    await unwrap(alice.publishTemplate({ body: workflow(next) }));
  });

  it("200: everything that follows from the version comes back with it, audited with the reason", async () => {
    const { template, from, to } = await unwrap(alice.rollbackTemplate(back()));
    expect([from, to]).toEqual(["1.1.0", "1.0.0"]);
    expect(template).toMatchObject({
      currentVersion: "1.0.0",
      name: "Release Notes",
      tags: ["release", "writing"],
      category: "engineering",
      owner: "team-a",
      license: "Apache-2.0",
      agents: ["collector", "editor"],
      metadata: { owner: "team-a" },
    });
    expect((await unwrap(alice.getTemplate({ templateId }))).template).toEqual(template);
    const [entry] = await world.database.query("SELECT * FROM marketplace.audit_log ORDER BY id DESC LIMIT 1");
    expect(entry).toMatchObject({
      action: "template.rolled_back",
      reason: "It leaves out fixes.",
      details: { from: "1.1.0", to: "1.0.0" },
    });
  });

  it("200: is itself reversible, and does not revive a disabled template", async () => {
    await unwrap(alice.rollbackTemplate(back()));
    await world.database.query("UPDATE marketplace.templates SET status = 'disabled'");
    const { template } = await unwrap(alice.rollbackTemplate(back("1.1.0")));
    expect(template).toMatchObject({ currentVersion: "1.1.0", status: "disabled", name: "Notes" });
  });

  it("200 with dryRun: answers what would be, and writes nothing", async () => {
    const preview = await alice.rollbackTemplate({ ...back(), dryRun: "true" });
    expect(preview).toMatchObject({ status: 200, body: { dryRun: true, template: { currentVersion: "1.0.0" } } });
    expect(preview.headers.get("nofx-change")).toBeNull();
    expect((await unwrap(alice.getTemplate({ templateId }))).template.currentVersion).toBe("1.1.0");
    expect(await world.database.query("SELECT FROM marketplace.audit_log")).toHaveLength(2);
  });

  it("409 rollback_refused: to the current version, a draft, or what is archived", async () => {
    expect(await alice.rollbackTemplate(back("1.1.0"))).toBeProblem(409, "rollback_refused");
    await alice.publishTemplate({ body: workflow({ version: "2.0.0" }), draft: "true" });
    expect(await alice.rollbackTemplate(back("2.0.0"))).toBeProblem(409, "rollback_refused");
    await world.database.query("UPDATE marketplace.template_versions SET status = 'archived' WHERE version = '1.0.0'");
    expect(await alice.rollbackTemplate(back())).toBeProblem(409, "rollback_refused");
  });

  it("404 version_not_found and template_not_found", async () => {
    expect(await alice.rollbackTemplate(back("9.0.0"))).toBeProblem(404, "version_not_found");
    expect(await alice.rollbackTemplate(back("1.0.0+other"))).toBeProblem(404, "version_not_found");
    expect(await alice.rollbackTemplate({ ...back(), templateId: "other" })).toBeProblem(404, "template_not_found");
  });

  it("412 precondition_failed: only in the state that the caller knows", async () => {
    const ifMatch = (await alice.getTemplate({ templateId })).headers.get("etag") ?? "";
    await alice.publishTemplate({ body: workflow({ version: "1.2.0" }) });
    expect(await alice.rollbackTemplate(back(), { ifMatch })).toBeProblem(412, "precondition_failed");
    const now = (await alice.getTemplate({ templateId })).headers.get("etag") ?? "";
    expect(await alice.rollbackTemplate(back(), { ifMatch: now })).toMatchObject({ status: 200 });
  });

  it("400, 401 and 403: not without a reason, a token, or the scope", async () => {
    const silent = await alice.rollbackTemplate({ templateId, body: { targetVersion: "1.0.0", reason: " " } });
    expect(silent).toBeProblem(400, "request_invalid");
    expect(await world.anonymous.rollbackTemplate(back())).toBeProblem(401, "unauthenticated");
    const publisher = world.as(await world.person("publisher", "acme"));
    expect(await publisher.rollbackTemplate(back())).toBeProblem(403, "forbidden");
  });

  it("the same Idempotency-Key rolls back once", async () => {
    const first = await alice.rollbackTemplate(back(), { idempotencyKey: "k" });
    const second = await alice.rollbackTemplate(back(), { idempotencyKey: "k" });
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await world.database.query("SELECT FROM marketplace.audit_log")).toHaveLength(3);
  });
});
