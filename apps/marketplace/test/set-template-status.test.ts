import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace, type TestMarketplace } from "./marketplace.ts";
import { type TemplateBody, workflow } from "./templates.ts";

const now = new Date("2026-11-22T09:30:00.123Z");
const deprecate = { status: "deprecated", reason: "Superseded", successor: { templateId: "news" } } as const;
const disable = { status: "disabled", reason: "Leaks secrets" } as const;
const templateId = "notes";
const path = "versions/1.0.0.json";

/** Two public templates of acme, by its administrator. */
const withTemplates = async (world: TestMarketplace) => {
  const admin = world.as(await world.person("admin", "acme"));
  for (const id of ["notes", "news"]) {
    await unwrap(admin.publishTemplate({ body: workflow({ templateId: id }), visibility: "public" }));
  }
  return admin;
};

describe("setTemplateStatus", () => {
  it("200: a deprecated template says since when, why, and what to use instead, wherever it shows", async () => {
    const world = await marketplace({}, { now: () => now });
    const admin = await withTemplates(world);
    const set = await admin.setTemplateStatus({ templateId, body: deprecate });
    const { updatedAt: deprecatedAt } = set.ok ? set.body.template : { updatedAt: "" };
    const shown = {
      status: "deprecated",
      statusReason: "Superseded",
      deprecatedAt,
      successor: { tenant: "acme", templateId: "news" },
    };
    expect(set).toMatchObject({ status: 200, body: { outcome: "changed", dryRun: false, template: shown } });
    expect(set.headers.get("nofx-change")).toMatch(/^[0-9a-f-]{36}$/);
    expect((await unwrap(admin.getTemplate({ templateId }))).template).toMatchObject(shown);
    const { templates } = await unwrap(world.anonymous.listTemplates({ status: "deprecated" }));
    expect(templates).toMatchObject([{ templateId, ...shown }]);
  });

  it("its answers carry Deprecation and Link, also as 304", async () => {
    const world = await marketplace({}, { now: () => now });
    const admin = await withTemplates(world);
    await unwrap(admin.setTemplateStatus({ templateId, body: deprecate }));
    const address = { templateId, tenant: "acme" };
    const answers = [
      await world.anonymous.getTemplate(address),
      await world.anonymous.getTemplateVersion({ ...address, version: "1.0.0" }),
      await world.anonymous.getTemplateFile({ ...address, version: "1.0.0", path }),
    ];
    const ifNoneMatch = answers[0]?.headers.get("etag") ?? "";
    const unchanged = await world.anonymous.getTemplate(address, { ifNoneMatch });
    expect(unchanged.status).toBe(304);
    for (const { headers } of [...answers, unchanged]) {
      expect(headers.get("deprecation")).toBe(`@${Math.floor(now.getTime() / 1000)}`);
      expect(headers.get("link")).toBe('</api/templates/news?tenant=acme>; rel="successor-version"');
    }
  });

  it("a deprecated template's versions and files are revalidated, an active one's kept for a year", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    const controls = async () => [
      (await admin.getTemplateVersion({ templateId, version: "1.0.0" })).headers.get("cache-control"),
      (await admin.getTemplateFile({ templateId, version: "1.0.0", path })).headers.get("cache-control"),
    ];
    const kept = "private, max-age=31536000, immutable";
    expect(await controls()).toEqual([kept, kept]);
    await unwrap(admin.setTemplateStatus({ templateId, body: deprecate }));
    expect(await controls()).toEqual(["private, no-cache", "private, no-cache"]);
    await unwrap(admin.setTemplateStatus({ templateId, body: { status: "active", reason: "Still needed" } }));
    expect(await controls()).toEqual([kept, kept]);
    expect((await admin.getTemplate({ templateId })).headers.has("deprecation")).toBe(false);
  });

  it("a disabled template is there for its own tenant only, and comes back with one call", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    const other = world.as(await world.person("admin", "globex"));
    const address = { templateId, tenant: "acme" };
    const seenBy = async (client: typeof admin) => {
      const { templates } = await unwrap(client.listTemplates());
      return [
        (await client.getTemplate(address)).status,
        (await client.getTemplateVersion({ ...address, version: "1.0.0" })).status,
        (await client.getTemplateFile({ ...address, version: "1.0.0", path })).status,
        (await client.listTemplateVersions(address)).status,
        templates.some((template) => template.templateId === templateId),
      ];
    };
    const all = [200, 200, 200, 200, true];
    expect(await seenBy(other)).toEqual(all);
    expect(await seenBy(world.anonymous)).toEqual(all);
    await unwrap(admin.setTemplateStatus({ templateId, body: disable }));
    expect(await seenBy(admin)).toEqual([200, 200, 200, 200, false]);
    for (const client of [other, world.anonymous]) {
      expect(await seenBy(client)).toEqual([404, 404, 404, 404, false]);
      expect((await unwrap(client.listTemplates({ status: "disabled" }))).templates).toEqual([]);
    }
    expect((await unwrap(admin.listTemplates({ status: "disabled" }))).templates).toMatchObject([
      { templateId, statusReason: "Leaks secrets" },
    ]);
    await unwrap(admin.setTemplateStatus({ templateId, body: { status: "active", reason: "Mended" } }));
    expect(await seenBy(other)).toEqual(all);
  });

  it("others learn from the feed that a public template was disabled, and nothing of it after that", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    await unwrap(admin.setTemplateStatus({ templateId, body: disable }));
    const body = workflow({ templateId, version: "6.6.6" });
    expect(await unwrap(admin.publishTemplate({ body }))).toMatchObject({
      template: { status: "disabled", currentVersion: "6.6.6" },
    });
    await expect
      .poll(async () => (await unwrap(admin.listMarketplaceChanges({ limit: 1000 }))).changes.at(-1)?.version)
      .toBe("6.6.6");
    const { changes } = await unwrap(world.anonymous.listMarketplaceChanges({ limit: 1000 }));
    expect(changes.filter(({ resourceId }) => resourceId === templateId).map(({ type }) => type)).toEqual([
      "template.version_published",
      "template.status_changed",
    ]);
    expect(changes.at(-1)?.data).toMatchObject({ kind: "workflow", from: "active", to: "disabled" });
    expect(JSON.stringify(changes)).not.toMatch(/6\.6\.6|Leaks/);
  });

  it("it is audited with its reason, once; the same again is no change, another reason amends", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    const set = (reason: string) => unwrap(admin.setTemplateStatus({ templateId, body: { ...deprecate, reason } }));
    const { outcome, template } = await set("First");
    expect(outcome).toBe("changed");
    expect((await set("First")).outcome).toBe("unchanged");
    expect(await set("Second")).toMatchObject({
      outcome: "changed",
      template: { deprecatedAt: template.deprecatedAt, statusReason: "Second" },
    });
    const action = "template.status_changed";
    const { entries } = await unwrap(admin.listMarketplaceAudit({ resourceType: "template", action }));
    expect(entries.map(({ reason, details }) => [reason, details.from, details.to])).toEqual([
      ["Second", "deprecated", "deprecated"],
      ["First", "active", "deprecated"],
    ]);
  });

  it("publishing into a deprecated or disabled template is allowed, and its status stays", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    for (const [body, version] of [
      [deprecate, "1.1.0"],
      [disable, "1.2.0"],
    ] as const) {
      await unwrap(admin.setTemplateStatus({ templateId, body }));
      const { template } = await unwrap(admin.publishTemplate({ body: workflow({ templateId, version }) }));
      expect(template).toMatchObject({ status: body.status, statusReason: body.reason, currentVersion: version });
    }
  });

  it("dryRun tells who would be hit, and writes nothing", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    const content = {
      ...workflow().content,
      dependencies: { templates: { notes: "^1.0.0" } },
    } as TemplateBody["content"];
    await unwrap(admin.publishTemplate({ body: workflow({ templateId: "train", content }) }));
    const before = await admin.getTemplate({ templateId });
    const preview = await admin.setTemplateStatus({ templateId, dryRun: "true", body: disable });
    expect(preview).toMatchObject({
      status: 200,
      body: {
        outcome: "changed",
        dryRun: true,
        template: { status: "disabled" },
        impact: {
          fields: [
            { path: "$.status", before: "active", after: "disabled" },
            { path: "$.statusReason", after: "Leaks secrets" },
          ],
          versionsAbove: [],
          dependents: [{ tenant: "acme", templateId: "train", range: "^1.0.0", satisfied: false }],
          dependentsTruncated: false,
        },
      },
    });
    expect(preview.headers.has("nofx-change")).toBe(false);
    expect((await admin.getTemplate({ templateId })).headers.get("etag")).toBe(before.headers.get("etag"));
    const softer = await unwrap(admin.setTemplateStatus({ templateId, dryRun: "true", body: deprecate }));
    expect(softer.impact.dependents).toMatchObject([{ templateId: "train", satisfied: true }]);
  });

  it("422 successor_refused: itself, unknown, hidden, disabled, private for a public one, or in a circle", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    const other = world.as(await world.person("admin", "globex"));
    await unwrap(other.publishTemplate({ body: workflow({ templateId: "secret" }) }));
    await unwrap(other.publishTemplate({ body: workflow({ templateId: "open" }), visibility: "public" }));
    await unwrap(admin.publishTemplate({ body: workflow({ templateId: "inner" }) }));
    await unwrap(admin.publishTemplate({ body: workflow({ templateId: "gone" }), visibility: "public" }));
    await unwrap(admin.setTemplateStatus({ templateId: "gone", body: disable }));
    const name = (id: string, successor: { templateId: string; tenant?: string }, client = admin) =>
      client.setTemplateStatus({ templateId: id, body: { ...deprecate, successor } });
    for (const successor of [
      { templateId },
      { templateId: "nobody" },
      { templateId: "secret", tenant: "globex" },
      { templateId: "gone" },
      { templateId: "inner" },
    ]) {
      expect(await name(templateId, successor)).toBeProblem(422, "successor_refused");
    }
    expect((await name("inner", { templateId })).status).toBe(200);
    expect((await name(templateId, { templateId: "open", tenant: "globex" })).status).toBe(200);
    const back = await name("open", { templateId, tenant: "acme" }, other);
    expect(back).toBeProblem(422, "successor_refused");
    expect(!back.ok && back.problem.detail).toBe("acme/notes leads back to globex/open.");
  });

  it("two templates that name each other at the same time never form a circle", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    for (let round = 0; round < 20; round += 1) {
      const name = (id: string, successor: string) =>
        admin.setTemplateStatus({
          templateId: id,
          body: { status: "deprecated", reason: `round ${round}`, successor: { templateId: successor } },
        });
      const both = await Promise.all([name("notes", "news"), name("news", "notes")]);
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
      for (const id of ["notes", "news"]) {
        await unwrap(admin.setTemplateStatus({ templateId: id, body: { status: "active", reason: "again" } }));
      }
    }
  });

  it("404 template_not_found; 412 precondition_failed; 400 without a reason, or with a successor it cannot have", async () => {
    const world = await marketplace();
    const admin = await withTemplates(world);
    expect(await admin.setTemplateStatus({ templateId: "nobody", body: disable })).toBeProblem(
      404,
      "template_not_found",
    );
    const order = { templateId, body: disable };
    expect(await admin.setTemplateStatus(order, { ifMatch: '"9.x"' })).toBeProblem(412, "precondition_failed");
    for (const body of [
      { status: "disabled", reason: " " },
      { status: "disabled", reason: "x".repeat(501) },
      { ...disable, successor: { templateId: "news" } },
    ] as const) {
      expect(await admin.setTemplateStatus({ templateId, body })).toBeProblem(400, "request_invalid");
    }
  });

  it("401 and 403: not without a token, or the scope", async () => {
    const world = await marketplace();
    await withTemplates(world);
    const order = { templateId, body: disable };
    expect(await world.anonymous.setTemplateStatus(order)).toBeProblem(401, "unauthenticated");
    const publisher = world.as(await world.person("publisher", "acme"));
    expect(await publisher.setTemplateStatus(order)).toBeProblem(403, "forbidden");
  });
});
