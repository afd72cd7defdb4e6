import { gunzipSync } from "node:zlib";
import { canonicalForm, sha256 } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { bytesOf, exported, fill, partsOf } from "./bundles.ts";
import { marketplace } from "./marketplace.ts";
import { newPrompt } from "./prompts.ts";
import { prompt, workflow } from "./templates.ts";

const filled = async () => {
  const world = await marketplace();
  const alice = await world.person("admin", "acme");
  await fill(world, world.as(alice));
  return { world, alice, client: world.as(alice) };
};

describe("exportTemplates", () => {
  it("200: everything is in the archive, readable by its names, each document as it was published", async () => {
    const { client } = await filled();
    const { content, entries } = await partsOf(await exported(client));
    const notes = content.templates.find(({ templateId }) => templateId === "release-notes");
    expect(notes).toEqual({
      templateId: "release-notes",
      currentVersion: "1.0.0",
      status: "active",
      visibility: "public",
      versions: [
        { version: "1.0.0", status: "active", sourceCommit: "0123abc" },
        { version: "1.1.0-RC", status: "active" },
        { version: "1.1.0-rc", status: "archived" },
        { version: "1.2.0", status: "deprecated" },
        { version: "1.10.0", status: "active" },
        { version: "2.0.0", status: "draft" },
      ],
    });
    expect(content.templates.find(({ templateId }) => templateId === "gone")?.status).toBe("disabled");
    const names = entries.map(({ path }) => path).filter((path) => path.startsWith("templates/release-notes/"));
    expect(names.slice(0, 4)).toEqual([
      "templates/release-notes/1.0.0/template.json",
      "templates/release-notes/1.1.0-!r!c/template.json",
      "templates/release-notes/1.1.0-rc/template.json",
      "templates/release-notes/1.2.0/template.json",
    ]);
    expect(names.filter((name) => name.includes("/files/"))).toHaveLength(3);
    for (const { version } of notes?.versions ?? []) {
      const found = await unwrap(client.getTemplateVersion({ templateId: "release-notes", version }));
      expect(entries.map(({ content: bytes }) => bytes.toString())).toContain(canonicalForm(found));
    }
  });

  it("200: the past of a prompt and where it is switched on are there, and nothing of this instance", async () => {
    const { client, alice } = await filled();
    const archive = await exported(client);
    const { content, entries } = await partsOf(archive);
    const old = content.templates.find(({ builder }) => builder?.source !== undefined);
    expect(old?.builder?.deployments).toEqual({ production: { slack: true, email: false } });
    const history = entries.find(({ path }) => path === `templates/${old?.templateId}/history.json`);
    expect(JSON.parse(history?.content.toString() ?? "")).toEqual([
      { number: 1, description: "", instructions: "First", updatedAt: "2025-01-01T08:00:00.000Z" },
      { number: 2, version: "1.0.0", description: "", instructions: "Second", updatedAt: "2025-01-02T08:00:00.000Z" },
    ]);
    const { ownerId, id } = (await unwrap(client.getTemplate({ templateId: "coach" }))).template;
    const bytes = gunzipSync(archive).toString("latin1");
    for (const word of [alice.tenant, ownerId, id]) expect(bytes).not.toContain(word);
  });

  it("200: the same again is the same bytes, and 304 for who has them; a change is another ETag", async () => {
    const { client } = await filled();
    const first = await client.exportTemplates();
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("content-type")).toBe("application/gzip");
    expect(first.headers.get("content-disposition")).toBe('attachment; filename="templates-acme.tar.gz"');
    expect(await exported(client)).toEqual(bytesOf(first));
    expect((await client.exportTemplates({}, { ifNoneMatch: etag })).status).toBe(304);
    const tar = await client.exportTemplates({ format: "tar" });
    expect(tar.headers.get("nofx-bundle")).toBe(first.headers.get("nofx-bundle"));
    expect(tar.headers.get("etag")).not.toBe(etag);
    expect(bytesOf(tar)).toEqual(gunzipSync(await exported(client)));
    await client.publishTemplate({ body: prompt({ version: "1.2.0" }) });
    expect((await client.exportTemplates({}, { ifNoneMatch: etag })).status).toBe(200);
  });

  it("200: as JSON the same, with the digest of the index", async () => {
    const { client } = await filled();
    const answer = await client.exportTemplates({ format: "json" });
    const { bundle, entries } = JSON.parse(bytesOf(answer).toString());
    expect(answer.headers.get("nofx-bundle")).toBe(sha256(canonicalForm(bundle)));
    const parts = await partsOf(await exported(client));
    expect(bundle.content).toEqual(parts.content);
    expect(Object.keys(entries)).toEqual(parts.entries.map(({ path }) => path));
  });

  it("200: filters apply together", async () => {
    const { client } = await filled();
    const ids = async (query: Parameters<typeof client.exportTemplates>[0]) =>
      (await partsOf(await exported(client, query))).content.templates.map(({ templateId }) => templateId);
    expect(await ids({ id: ["gone", "coach"] })).toEqual(["coach", "gone"]);
    expect(await ids({ id: "gone" })).toEqual(["gone"]);
    expect(await ids({ kind: "workflow" })).toEqual(["gone", "release-notes"]);
    expect(await ids({ tag: ["release", "writing"], status: "disabled" })).toEqual(["gone"]);
    expect(await ids({ category: "engineering", status: "active" })).toEqual(["release-notes"]);
    expect(await ids({ category: "nothing" })).toEqual([]);
  });

  it("200 with format=builder: another builder takes it, and exports the same bytes", async () => {
    const { world, client } = await filled();
    const asBuilder = async (who: typeof client) => (await exported(who, { format: "builder" })).toString();
    const first = await asBuilder(client);
    const body = JSON.parse(first);
    expect(body.templates).toHaveLength(4);
    expect(body.templates.map(({ history }: { history: unknown[] }) => history.length)).toContain(2);
    const other = world.as(await world.person("admin", "globex"));
    expect((await unwrap(other.importBuilderStore({ body }))).summary.imported).toBe(4);
    expect(await asBuilder(other)).toBe(first);
    expect(JSON.parse((await exported(client, { format: "builder", id: "coach" })).toString()).templates).toHaveLength(
      1,
    );
  });

  it("200 with format=builder: a past of more than twenty states is whole", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("publisher"));
    const { id } = await unwrap(client.createBuilderTemplate({ body: newPrompt() }));
    for (let round = 0; round < 24; round += 1) {
      await unwrap(client.updateBuilderTemplate({ id, body: { description: `${round}` } }));
    }
    const { templates } = JSON.parse((await exported(client, { format: "builder" })).toString());
    expect(templates[0].history).toHaveLength(25);
  });

  it("200: only the caller's own tenant's templates, the public ones of others neither", async () => {
    const { world } = await filled();
    const mallory = world.as(await world.person("viewer", "globex"));
    expect((await partsOf(await exported(mallory))).entries).toEqual([]);
  });

  it("404 template_not_found: a template that is asked for by id is there, or the export is refused", async () => {
    const { client } = await filled();
    const refused = await client.exportTemplates({ id: ["coach", "nobody"] });
    expect(refused).toBeProblem(404, "template_not_found");
    expect(refused).toMatchObject({ problem: { errors: [{ message: expect.stringContaining("nobody") }] } });
  });

  it("422 bundle_too_many_entries and bundle_too_large: what nobody could import", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("publisher", "acme"));
    await unwrap(client.publishTemplate({ body: workflow() }));
    await world.database.query(`
      INSERT INTO marketplace.template_versions (tenant_id, template_id, version, precedence, id, digest, document, published_at, published_by)
      SELECT tenant_id, template_id, '9.0.' || n, 'z' || n, gen_random_uuid(), digest, document, published_at, published_by
      FROM marketplace.template_versions, generate_series(1, 20000) n`);
    expect(await client.exportTemplates()).toBeProblem(422, "bundle_too_many_entries");
    await unwrap(client.publishTemplate({ body: prompt() }));
    await world.database.query(`
      UPDATE marketplace.template_versions SET document = repeat(' ', 34000000) || document WHERE template_id = 'coach'`);
    expect(await client.exportTemplates({ id: "coach" })).toBeProblem(422, "bundle_too_large");
  });

  it("422 bundle_too_many_entries: more than 2,000 templates", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("publisher", "acme"));
    await unwrap(client.publishTemplate({ body: prompt() }));
    await world.database.query(`
      INSERT INTO marketplace.templates (tenant_id, template_id, id, kind, name, current_version, owner_id, created_at, updated_at, published_at)
      SELECT tenant_id, template_id || n, gen_random_uuid(), kind, name, current_version, owner_id, created_at, updated_at, published_at
      FROM marketplace.templates, generate_series(1, 2000) n`);
    expect(await client.exportTemplates()).toBeProblem(422, "bundle_too_many_entries");
  });

  it("400 request_invalid, 401 unauthenticated; a viewer may", async () => {
    const world = await marketplace();
    const viewer = world.as(await world.person("viewer"));
    expect(await viewer.exportTemplates({ id: "Not An Id" })).toBeProblem(400, "request_invalid");
    expect(await world.anonymous.exportTemplates()).toBeProblem(401, "unauthenticated");
    expect((await viewer.exportTemplates()).status).toBe(200);
  });
});
