import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt, workflow } from "./templates.ts";

const now = new Date("2026-11-22T09:30:00.000Z");
const reason = "Forgets people";
const templateId = "release-notes";

const withVersions = async (world: TestMarketplace, versions: readonly string[] = ["1.0.0", "1.1.0", "2.0.0"]) => {
  const admin = world.as(await world.person("admin", "acme"));
  for (const version of versions) {
    const body = workflow({ version, description: `Notes ${version}` });
    await unwrap(admin.publishTemplate({ body, visibility: "public" }));
  }
  const set = (
    version: string,
    status: "active" | "deprecated" | "archived",
    more: { successor?: string; reason?: string } = {},
  ) => admin.setTemplateVersionStatus({ templateId, version, body: { status, reason, ...more } });
  return { admin, set };
};

describe("setTemplateVersionStatus", () => {
  it("200: a deprecated version says since when, why and what to use instead, also in its headers", async () => {
    const world = await marketplace({}, { now: () => now });
    const { admin, set } = await withVersions(world);
    const answer = await set("1.0.0", "deprecated", { successor: "1.1.0" });
    const shown = { status: "deprecated", statusReason: reason, successor: "1.1.0" };
    expect(answer).toMatchObject({
      status: 200,
      body: { outcome: "changed", version: { version: "1.0.0", ...shown, deprecatedAt: expect.any(String) } },
    });
    const { versions } = await unwrap(admin.listTemplateVersions({ templateId }));
    expect(versions.find(({ version }) => version === "1.0.0")).toMatchObject(shown);
    const path = "versions/1.0.0.json";
    for (const { headers } of [
      await admin.getTemplateVersion({ templateId, version: "1.0.0" }),
      await admin.getTemplateFile({ templateId, version: "1.0.0", path }),
    ]) {
      expect(headers.get("deprecation")).toBe("@1795339800");
      expect(headers.get("link")).toBe(
        '</api/templates/release-notes/versions/1.1.0?tenant=acme>; rel="successor-version"',
      );
      expect(headers.get("cache-control")).toBe("private, no-cache");
    }
    const other = await admin.getTemplateVersion({ templateId, version: "1.1.0" });
    expect(other.headers.has("deprecation")).toBe(false);
  });

  it("an archived version keeps its bytes, and comes back", async () => {
    const world = await marketplace();
    const { admin, set } = await withVersions(world);
    await unwrap(set("1.0.0", "archived"));
    expect((await admin.getTemplateVersion({ templateId, version: "1.0.0" })).status).toBe(200);
    expect(await unwrap(set("1.0.0", "active"))).toMatchObject({
      outcome: "changed",
      version: { status: "active" },
      template: { currentVersion: "2.0.0" },
    });
  });

  it("releasing a draft moves the current version with all that follows from it, as a publish would", async () => {
    const world = await marketplace();
    const { admin, set } = await withVersions(world);
    const draft = workflow({ version: "3.0.0", name: "Notes Three", tags: ["new"] });
    await unwrap(admin.publishTemplate({ body: draft, draft: "true" }));
    const released = await unwrap(set("3.0.0", "active"));
    expect(released).toMatchObject({
      template: { currentVersion: "3.0.0", name: "Notes Three", tags: ["new"] },
      version: { status: "active" },
    });
    await unwrap(admin.publishTemplate({ body: workflow({ version: "1.0.1" }), draft: "true" }));
    expect((await unwrap(set("1.0.1", "active"))).template.currentVersion).toBe("3.0.0");
  });

  it("releasing a draft of a prompt is a new state in the builder", async () => {
    const world = await marketplace();
    const admin = world.as(await world.person("admin"));
    await unwrap(admin.publishTemplate({ body: prompt() }));
    const draft = prompt({ version: "1.0.1", description: "Better words." });
    await unwrap(admin.publishTemplate({ body: draft, draft: "true" }));
    const body = { status: "active", reason: "Reviewed" } as const;
    await unwrap(admin.setTemplateVersionStatus({ templateId: "coach", version: "1.0.1", body }));
    const shown = await unwrap(admin.getBuilderTemplate({ id: "coach" }));
    expect(shown).toMatchObject({ version: "1.0.1", description: "Better words." });
    expect(shown.history.map(({ version }) => version)).toEqual([1, 2]);
  });

  it("others see a draft once it is released", async () => {
    const world = await marketplace();
    const { admin, set } = await withVersions(world);
    await unwrap(admin.publishTemplate({ body: workflow({ version: "2.1.0" }), draft: "true" }));
    const read = () => world.anonymous.getTemplateVersion({ templateId, tenant: "acme", version: "2.1.0" });
    expect(await read()).toBeProblem(404, "version_not_found");
    await unwrap(set("2.1.0", "active"));
    expect((await read()).status).toBe(200);
  });

  it("it is audited and in the feed; the same again is no change", async () => {
    const world = await marketplace();
    const { admin, set } = await withVersions(world);
    const { headers } = await set("1.0.0", "deprecated", { successor: "2.0.0" });
    expect((await unwrap(set("1.0.0", "deprecated", { successor: "2.0.0" }))).outcome).toBe("unchanged");
    const action = "template.version_status_changed";
    const { entries } = await unwrap(admin.listMarketplaceAudit({ action }));
    expect(entries).toMatchObject([
      {
        resourceId: templateId,
        version: "1.0.0",
        reason,
        changeId: headers.get("nofx-change"),
        details: { from: "active", to: "deprecated", successor: "2.0.0" },
      },
    ]);
    await expect
      .poll(async () => (await unwrap(world.anonymous.listMarketplaceChanges({ limit: 1000 }))).changes.at(-1))
      .toMatchObject({ type: action, version: "1.0.0", data: { to: "deprecated" } });
  });

  it("409 status_transition_refused: what the diagram does not have", async () => {
    const world = await marketplace();
    const { admin, set } = await withVersions(world);
    await unwrap(admin.publishTemplate({ body: workflow({ version: "3.0.0" }), draft: "true" }));
    expect(await set("3.0.0", "archived")).toBeProblem(409, "status_transition_refused");
    expect(await set("3.0.0", "deprecated")).toBeProblem(409, "status_transition_refused");
    await unwrap(set("1.0.0", "archived"));
    expect(await set("1.0.0", "deprecated")).toBeProblem(409, "status_transition_refused");
  });

  it("409 version_in_use: the current version, a successor", async () => {
    const world = await marketplace();
    const { set } = await withVersions(world);
    expect(await set("2.0.0", "archived")).toBeProblem(409, "version_in_use");
    await unwrap(set("1.0.0", "deprecated", { successor: "1.1.0" }));
    expect(await set("1.1.0", "archived")).toBeProblem(409, "version_in_use");
    await unwrap(set("1.0.0", "archived"));
    await unwrap(set("1.1.0", "archived"));
  });

  it("422 successor_refused: itself, unknown, archived, or in a circle", async () => {
    const world = await marketplace();
    const { set } = await withVersions(world, ["1.0.0", "1.1.0", "1.2.0", "2.0.0"]);
    await unwrap(set("1.2.0", "archived"));
    for (const successor of ["1.0.0", "9.0.0", "1.2.0"]) {
      expect(await set("1.0.0", "deprecated", { successor })).toBeProblem(422, "successor_refused");
    }
    await unwrap(set("1.0.0", "deprecated", { successor: "1.1.0" }));
    await unwrap(set("1.1.0", "deprecated", { successor: "2.0.0" }));
    expect(await set("2.0.0", "deprecated", { successor: "1.0.0" })).toBeProblem(422, "successor_refused");
  });

  it("404 template_not_found, version_not_found; 412 precondition_failed; 400 for a status that cannot be set", async () => {
    const world = await marketplace();
    const { admin, set } = await withVersions(world);
    const body = { status: "archived", reason } as const;
    const order = { templateId, version: "1.0.0", body };
    const nobodys = await admin.setTemplateVersionStatus({ ...order, templateId: "nobody" });
    expect(nobodys).toBeProblem(404, "template_not_found");
    expect(await set("1.0.0+build", "archived")).toBeProblem(404, "version_not_found");
    const stale = (await admin.getTemplate({ templateId })).headers.get("etag") ?? "";
    await unwrap(set("1.1.0", "deprecated"));
    expect(await admin.setTemplateVersionStatus(order, { ifMatch: stale })).toBeProblem(412, "precondition_failed");
    for (const wrong of [
      { ...body, status: "draft" as never },
      { ...body, successor: "2.0.0" },
    ]) {
      expect(await admin.setTemplateVersionStatus({ ...order, body: wrong })).toBeProblem(400, "request_invalid");
    }
  });

  it("401 and 403: not without a token, or the scope", async () => {
    const world = await marketplace();
    await withVersions(world, ["1.0.0", "1.1.0"]);
    const order = { templateId, version: "1.0.0", body: { status: "archived", reason } } as const;
    expect(await world.anonymous.setTemplateVersionStatus(order)).toBeProblem(401, "unauthenticated");
    const publisher = world.as(await world.person("publisher", "acme"));
    expect(await publisher.setTemplateVersionStatus(order)).toBeProblem(403, "forbidden");
  });
});
