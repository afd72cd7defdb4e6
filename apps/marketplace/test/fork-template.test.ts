import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt, workflow } from "./templates.ts";

const source = { templateId: "release-notes", tenant: "acme" };
const fork = (body: object = {}) => ({ ...source, body: { templateId: "our-notes", ...body } });

describe("forkTemplate", () => {
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  let bob: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    alice = world.as(await world.person("publisher", "acme"));
    bob = world.as(await world.person("publisher", "globex"));
    const logo = { path: "logo.png", content: "iVBORw0KGgoA", encoding: "base64" as const };
    const { files = [] } = workflow();
    const body = workflow({ license: "Apache-2.0", files: [...files, logo] });
    await unwrap(alice.publishTemplate({ body, visibility: "public" }));
  });

  const publishSource = async (version: string, query: { draft?: "true" } = {}) =>
    await unwrap(alice.publishTemplate({ body: workflow({ version }), ...query }));
  const entries = async () =>
    await world.database.query("SELECT * FROM marketplace.audit_log WHERE tenant_id = 'globex' ORDER BY id");

  it("201: a new private template that is what the version was, under its own id, and knows where it comes from", async () => {
    const forked = await bob.forkTemplate(fork());
    expect(forked.headers.get("nofx-change")).toBeTruthy();
    if (!forked.ok) throw new Error(forked.problem.title);
    const { template, version, dryRun } = forked.body;
    expect([forked.status, dryRun, version.version]).toEqual([201, false, "1.0.0"]);
    const origin = await unwrap(alice.getTemplateVersion({ templateId: source.templateId, version: "1.0.0" }));
    const { versions } = (await unwrap(alice.getTemplate({ templateId: source.templateId }))).template;
    expect(template).toMatchObject({
      tenant: "globex",
      templateId: "our-notes",
      visibility: "private",
      license: "Apache-2.0",
      forkedFrom: { ...source, version: "1.0.0", digest: versions[0]?.digest, latest: "1.0.0" },
      forkCount: 0,
    });
    expect((await unwrap(bob.getTemplate({ templateId: "our-notes" }))).template).toEqual(template);
    const document = await unwrap(bob.getTemplateVersion({ templateId: "our-notes", version: "1.0.0" }));
    expect(document).toEqual({ ...origin, templateId: "our-notes" });
    const file = { version: "1.0.0", path: "logo.png" };
    const [copy, original] = await Promise.all([
      unwrap(bob.getTemplateFile({ templateId: "our-notes", ...file })),
      unwrap(alice.getTemplateFile({ templateId: source.templateId, ...file })),
    ]);
    expect(Buffer.from(copy)).toEqual(Buffer.from(original));
  });

  it("201: of the version, under the names and with the visibility that are asked for", async () => {
    await publishSource("1.1.0");
    const names = { name: "Ours", description: "Ours, too.", newVersion: "0.1.0", visibility: "public" };
    const { template } = await unwrap(bob.forkTemplate(fork({ version: "1.0.0", ...names })));
    expect(template).toMatchObject({
      name: "Ours",
      description: "Ours, too.",
      currentVersion: "0.1.0",
      visibility: "public",
      forkedFrom: { version: "1.0.0", latest: "1.1.0" },
    });
  });

  it("201: one's own private template, and a fork of a fork", async () => {
    const { template } = await unwrap(bob.forkTemplate(fork()));
    const again = { templateId: template.templateId, body: { templateId: "our-other-notes" } };
    const second = (await unwrap(bob.forkTemplate(again))).template;
    expect(second.forkedFrom).toMatchObject({ tenant: "globex", templateId: "our-notes" });
    expect((await unwrap(bob.getTemplate({ templateId: "our-notes" }))).template.forkCount).toBe(1);
  });

  it("201: a prompt is there in the builder at once", async () => {
    await unwrap(alice.publishTemplate({ body: prompt(), visibility: "public" }));
    const order = { templateId: "coach", tenant: "acme", body: { templateId: "our-coach", name: "Our Coach" } };
    await unwrap(bob.forkTemplate(order));
    const shown = await unwrap(bob.getBuilderTemplate({ id: "our-coach" }));
    expect(shown).toMatchObject({ name: "Our Coach", instructions: "Propose three things for {{ goal }}." });
    expect(shown.history).toHaveLength(1);
  });

  it("is published as any other version is, and told of as a fork to its own tenant only", async () => {
    await unwrap(bob.forkTemplate(fork({ visibility: "public" })));
    const [published, forked] = await entries();
    expect(published).toMatchObject({ action: "template.version_published", resource_id: "our-notes" });
    expect(forked).toMatchObject({
      action: "template.forked",
      resource_id: "our-notes",
      version: "1.0.0",
      details: { forkedFrom: { ...source, version: "1.0.0" } },
    });
    const told = await world.database.query(
      "SELECT type, visibility, data ? 'forkedFrom' AS named FROM marketplace.outbox WHERE tenant_id = 'globex' UNION SELECT type, visibility, data ? 'forkedFrom' FROM marketplace.changes WHERE tenant_id = 'globex' ORDER BY type",
    );
    expect(told).toEqual([
      { type: "template.forked", visibility: "private", named: true },
      { type: "template.version_published", visibility: "public", named: false },
    ]);
  });

  it("is known to come from a source only by those who may read that, and by its own tenant always", async () => {
    await unwrap(bob.forkTemplate(fork({ visibility: "public" })));
    const carol = world.as(await world.person("viewer", "initech"));
    const address = { templateId: "our-notes", tenant: "globex" };
    const originFor = async (reader: MarketplaceClient) =>
      (await unwrap(reader.getTemplate(address))).template.forkedFrom;
    for (const reader of [alice, bob, carol, world.anonymous]) {
      expect(await originFor(reader)).toMatchObject({ ...source, latest: "1.0.0" });
    }
    await publishSource("2.0.0");
    expect(await originFor(bob)).toMatchObject({ version: "1.0.0", latest: "2.0.0" });
    for (const hidden of ["visibility = 'private'", "visibility = 'public', status = 'disabled'"]) {
      await world.database.query(`UPDATE marketplace.templates SET ${hidden} WHERE tenant_id = 'acme'`);
      for (const reader of [carol, world.anonymous]) expect(await originFor(reader)).toBeUndefined();
      const known = await originFor(bob);
      expect(known).toMatchObject({ ...source, version: "1.0.0" });
      expect(known).not.toHaveProperty("latest");
      expect(await originFor(alice)).toMatchObject({ latest: "2.0.0" });
    }
  });

  it("keeps knowing its source through a rollback", async () => {
    await unwrap(bob.forkTemplate(fork()));
    await unwrap(bob.publishTemplate({ body: workflow({ templateId: "our-notes", version: "1.1.0" }) }));
    const admin = world.as(await world.person("admin", "globex"));
    const order = { templateId: "our-notes", body: { targetVersion: "1.0.0", reason: "Back to the source." } };
    const { template } = await unwrap(admin.rollbackTemplate(order));
    expect(template.forkedFrom).toMatchObject(source);
  });

  it("200 with dryRun: answers what would be, and writes nothing", async () => {
    const preview = await bob.forkTemplate({ ...fork(), dryRun: "true" });
    expect(preview).toMatchObject({
      status: 200,
      body: { dryRun: true, template: { templateId: "our-notes", forkedFrom: source } },
    });
    expect(preview.headers.get("nofx-change")).toBeNull();
    expect(await bob.getTemplate({ templateId: "our-notes" })).toBeProblem(404, "template_not_found");
    expect(await entries()).toEqual([]);
  });

  it("the same Idempotency-Key forks once, and is answered alike when the source is gone", async () => {
    const first = await bob.forkTemplate(fork(), { idempotencyKey: "k" });
    await world.database.query("UPDATE marketplace.templates SET visibility = 'private' WHERE tenant_id = 'acme'");
    const second = await bob.forkTemplate(fork(), { idempotencyKey: "k" });
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect([second.status, await unwrap(second)]).toEqual([201, await unwrap(first)]);
    expect(await entries()).toHaveLength(2);
  });

  it("409 template_exists: a fork never takes another template's place, of two that race neither", async () => {
    await unwrap(bob.publishTemplate({ body: workflow({ templateId: "our-notes" }) }));
    expect(await bob.forkTemplate(fork({ newVersion: "9.0.0" }))).toBeProblem(409, "template_exists");
    const racing = await Promise.all([1, 2, 3].map(async () => await bob.forkTemplate(fork({ templateId: "raced" }))));
    expect(racing.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it("409 fork_refused: of what is archived, or a draft", async () => {
    await publishSource("2.0.0", { draft: "true" });
    const own = { templateId: source.templateId, body: { templateId: "copy", version: "2.0.0" } };
    const refused = await alice.forkTemplate(own);
    expect(refused).toBeProblem(409, "fork_refused");
    expect(refused).toMatchObject({ problem: { detail: "2.0.0 is a draft." } });
    await world.database.query("UPDATE marketplace.template_versions SET status = 'archived' WHERE version = '1.0.0'");
    expect(await bob.forkTemplate(fork())).toBeProblem(409, "fork_refused");
  });

  it("404 template_not_found and version_not_found: of what the caller may not read", async () => {
    await publishSource("2.0.0", { draft: "true" });
    for (const version of ["2.0.0", "9.0.0", "1.0.0+other"]) {
      expect(await bob.forkTemplate(fork({ version }))).toBeProblem(404, "version_not_found");
    }
    expect(await bob.forkTemplate({ ...fork(), tenant: "globex" })).toBeProblem(404, "template_not_found");
    await world.database.query("UPDATE marketplace.templates SET visibility = 'private' WHERE tenant_id = 'acme'");
    expect(await bob.forkTemplate(fork())).toBeProblem(404, "template_not_found");
  });

  it("422 manifest_invalid: an id that is part of the API's addresses", async () => {
    expect(await bob.forkTemplate(fork({ templateId: "publish" }))).toBeProblem(422, "manifest_invalid");
  });

  it("400, 401 and 403: not without an id, a token, or the scope", async () => {
    expect(await bob.forkTemplate(fork({ templateId: "A B" }))).toBeProblem(400, "request_invalid");
    expect(await world.anonymous.forkTemplate(fork())).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "globex"));
    expect(await viewer.forkTemplate(fork())).toBeProblem(403, "forbidden");
  });
});
