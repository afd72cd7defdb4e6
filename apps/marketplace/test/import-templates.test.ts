import type { JsonBundle } from "@nofx/bundle";
import { canonicalForm } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { RawBody } from "@nofx/contract-kit";
import { beforeEach, describe, expect, it } from "vitest";
import { deprecate, described, document, exported, fill, gzipBody, packed, partsOf } from "./bundles.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt, workflow } from "./templates.ts";

const admin = async (tenant = "acme") => {
  const world = await marketplace();
  return { world, client: world.as(await world.person("admin", tenant)) };
};

const outcomes = async (answer: ReturnType<MarketplaceClient["importTemplates"]>) =>
  (await unwrap(answer)).items.map(({ templateId, version, outcome, errors }) => [
    `${templateId} ${version} ${outcome}`,
    ...(errors ?? []).map(({ code }) => code),
  ]);

describe("a whole catalogue, exported and imported into an empty instance", () => {
  it("is the same bytes when it is exported from there", async () => {
    const here = await admin();
    await fill(here.world, here.client);
    await deprecate(here.client);
    const archive = await exported(here.client);
    const { content } = await partsOf(archive);
    expect(content.templates.find(({ templateId }) => templateId === "before")).toMatchObject({
      successor: { templateId: "middle" },
      statusReason: expect.any(String),
      versions: [{ deprecatedAt: expect.any(String), successor: "1.1.0" }, { status: "active" }],
    });
    const there = await admin("globex");
    const body = gzipBody(archive);
    const { summary } = await unwrap(there.client.importTemplates({ body, visibility: "keep" }));
    expect(summary).toMatchObject({ unchanged: 0, conflict: 0, invalid: 0 });
    expect(summary.created).toBeGreaterThan(12);
    expect(await exported(there.client)).toEqual(archive);
    for (const format of ["tar", "json"] as const) {
      expect(await exported(there.client, { format })).toEqual(await exported(here.client, { format }));
    }
    const again = await unwrap(there.client.importTemplates({ body, visibility: "keep" }));
    expect(again.summary).toEqual({ created: 0, unchanged: summary.created, conflict: 0, invalid: 0 });
    expect(await exported(there.client)).toEqual(archive);
  });

  it("works the same: lists, versions, files, the builder with its past and its next version", async () => {
    const here = await admin();
    await fill(here.world, here.client);
    const there = await admin("globex");
    await unwrap(there.client.importTemplates({ body: gzipBody(await exported(here.client)), visibility: "keep" }));
    const shown = async ({ client }: typeof here) => {
      const { templates } = await unwrap(client.listBuilderTemplates());
      const prompts = templates.map(({ createdAt: _created, updatedAt: _updated, ...rest }) => rest);
      const { template } = await unwrap(client.getTemplate({ templateId: "release-notes" }));
      const { currentVersion, name, tags, visibility, agents, versions } = template;
      return {
        prompts: prompts.sort((a, b) => (a.id < b.id ? -1 : 1)),
        notes: { currentVersion, name, tags, visibility, agents },
        versions: versions.map(({ version, status, digest, sourceCommit }) => ({
          version,
          status,
          digest,
          sourceCommit,
        })),
      };
    };
    expect(await shown(there)).toEqual(await shown(here));
    const file = { templateId: "release-notes", version: "1.10.0", path: "assets/Logo.png" };
    expect([...((await unwrap(there.client.getTemplateFile(file))) as Uint8Array)]).toEqual([0, 255, 128]);
    const id = "tmpl_6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    const next = await unwrap(there.client.updateBuilderTemplate({ id, body: { description: "New" } }));
    expect(next.history.map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it.each(["tar", "json"] as const)("comes as %s, too", async (format) => {
    const here = await admin();
    await fill(here.world, here.client);
    const there = await admin("globex");
    const bytes = await exported(here.client, { format });
    const body =
      format === "tar"
        ? new RawBody("application/x-tar", new Uint8Array(bytes))
        : (JSON.parse(bytes.toString()) as JsonBundle as Parameters<MarketplaceClient["importTemplates"]>[0]["body"]);
    await unwrap(there.client.importTemplates({ body, visibility: "keep" }));
    expect(await exported(there.client, { format })).toEqual(bytes);
  });
});

describe("importTemplates", () => {
  let world: TestMarketplace;
  let client: MarketplaceClient;
  beforeEach(async () => {
    ({ world, client } = await admin());
  });
  const send = async (parts: Parameters<typeof packed>[0], query: object = {}) =>
    client.importTemplates({ body: gzipBody(await packed(parts)), ...query });
  const parts = (templates: ReturnType<typeof described>[], ...entries: ReturnType<typeof document>[]) => ({
    content: { kind: "templates" as const, templates },
    entries,
  });

  it("200: private unless the bundle's visibility is asked for; audited, and in the feed, as publishes are", async () => {
    const one = { ...described("coach", "1.0.0", "1.1.0"), visibility: "public" as const };
    const bundle = parts([one], document("coach", "1.0.0"), document("coach", "1.1.0"));
    const answer = await send(bundle);
    expect((await unwrap(client.getTemplate({ templateId: "coach" }))).template.visibility).toBe("private");
    const rows = await world.database.query(
      "SELECT action, version, details, change_id FROM marketplace.audit_log ORDER BY id",
    );
    expect(rows).toMatchObject([
      {
        action: "template.imported",
        version: "1.1.0",
        details: { versions: [{ version: "1.0.0" }, { version: "1.1.0", status: "active" }], visibility: "private" },
      },
    ]);
    expect(answer.headers.get("nofx-change")).toBe((rows[0] as { change_id: string }).change_id);
    const other = world.as(await world.person("admin", "globex"));
    await unwrap(other.importTemplates({ body: gzipBody(await packed(bundle)), visibility: "keep" }));
    expect((await unwrap(other.getTemplate({ templateId: "coach" }))).template.visibility).toBe("public");
  });

  it("200: a template that is there gets what it lacks; its current version moves only up", async () => {
    await unwrap(client.publishTemplate({ body: prompt({ version: "1.1.0" }) }));
    const [first, second] = [document("coach", "1.0.0"), document("coach", "1.1.0")];
    expect(await outcomes(send(parts([described("coach", "1.0.0")], first)))).toEqual([["coach 1.0.0 created"]]);
    const current = async () => (await unwrap(client.getTemplate({ templateId: "coach" }))).template.currentVersion;
    expect(await current()).toBe("1.1.0");
    const more = parts([described("coach", "1.0.0", "1.1.0", "2.0.0")], first, second, document("coach", "2.0.0"));
    expect(await outcomes(send(more))).toEqual([
      ["coach 1.0.0 unchanged"],
      ["coach 1.1.0 unchanged"],
      ["coach 2.0.0 created"],
    ]);
    expect(await current()).toBe("2.0.0");
    const { history } = await unwrap(client.getBuilderHistory({ id: "coach" }));
    expect(history.map(({ version }) => version)).toEqual([1, 2]);
  });

  it("200: what is in the way or not valid is explained, and the rest is imported", async () => {
    await unwrap(client.publishTemplate({ body: prompt({ description: "Other" }) }));
    await unwrap(client.publishTemplate({ body: workflow({ templateId: "kinds" }) }));
    const bundle = parts(
      [
        described("broken", "1.0.0", "1.1.0"),
        described("coach", "1.0.0", "1.1.0"),
        described("fresh", "1.0.0", "1.1.0"),
        described("kinds", "1.1.0"),
        described("strange", "1.0.0"),
      ],
      document("broken", "1.0.0"),
      document("broken", "1.1.0", { tags: ["Not A Tag"] }),
      document("coach", "1.0.0"),
      document("coach", "1.1.0"),
      document("fresh", "1.0.0", { content: { kind: "prompt" } }),
      document("fresh", "1.1.0"),
      document("kinds", "1.1.0"),
      { ...document("strange", "1.0.0"), content: Buffer.from(`${document("strange", "1.0.0").content} `) },
    );
    const expected = [
      ["broken 1.0.0 invalid", "current_invalid"],
      ["broken 1.1.0 invalid", "invalid_format"],
      ["coach 1.0.0 conflict", "version_conflict"],
      ["coach 1.1.0 created"],
      ["fresh 1.0.0 invalid", "required", "required"],
      ["fresh 1.1.0 created"],
      ["kinds 1.1.0 conflict", "kind_conflict"],
      ["strange 1.0.0 invalid", "not_canonical"],
    ];
    expect(await outcomes(send(bundle, { dryRun: "true" }))).toEqual(expected);
    expect(await client.getTemplate({ templateId: "fresh" })).toBeProblem(404, "template_not_found");
    expect(await outcomes(send(bundle))).toEqual(expected);
    expect((await unwrap(client.getTemplateVersion({ templateId: "coach", version: "1.0.0" }))).description).toBe(
      "Other",
    );
    expect(await client.getTemplate({ templateId: "broken" })).toBeProblem(404, "template_not_found");
  });

  it("409 import_incomplete: with atomic=true all or nothing, and every reason", async () => {
    await unwrap(client.publishTemplate({ body: prompt({ description: "Other" }) }));
    const bundle = parts(
      [described("a", "1.0.0"), described("coach", "1.0.0")],
      document("a", "1.0.0"),
      document("coach", "1.0.0"),
    );
    const refused = await send(bundle, { atomic: "true" });
    expect(refused).toBeProblem(409, "import_incomplete");
    expect(refused).toMatchObject({ problem: { errors: [{ message: expect.stringMatching(/^coach 1\.0\.0: /) }] } });
    expect(await client.getTemplate({ templateId: "a" })).toBeProblem(404, "template_not_found");
    const good = parts([described("a", "1.0.0")], document("a", "1.0.0"));
    expect(await outcomes(send(good, { atomic: "true" }))).toEqual([["a 1.0.0 created"]]);
  });

  it("200 with dryRun: what would be, and nothing is written", async () => {
    const bundle = parts([described("coach", "1.0.0")], document("coach", "1.0.0"));
    const told = await send(bundle, { dryRun: "true" });
    expect(told).toMatchObject({ status: 200, body: { dryRun: true, summary: { created: 1 } } });
    expect(told.headers.get("nofx-change")).toBeNull();
    expect(await world.database.query("SELECT FROM marketplace.audit_log")).toHaveLength(0);
  });

  it("200: a successor that is not there, or leads back, is left out, and a warning tells it; others are kept", async () => {
    const deprecatedAt = "2026-01-02T03:04:05.678Z";
    const standing = { status: "deprecated" as const, statusReason: "Old", deprecatedAt };
    const one = (templateId: string, successor: { templateId: string; tenant?: string }) => ({
      ...described(templateId, "1.0.0", "1.1.0"),
      ...standing,
      successor,
      versions: [
        { version: "1.0.0", ...standing, successor: templateId === "a" ? "1.1.0" : "9.0.0" },
        { version: "1.1.0", status: "active" as const },
      ],
    });
    const templates = [
      one("a", { templateId: "b" }),
      one("b", { templateId: "a" }),
      one("c", { templateId: "absent", tenant: "globex" }),
    ];
    const ids = ["a", "b", "c"];
    const documents = ids.flatMap((id) => [document(id, "1.0.0"), document(id, "1.1.0")]);
    const { items } = await unwrap(send(parts(templates, ...documents)));
    const left = (message: string) => [expect.objectContaining({ code: "successor_left_out", message })];
    expect(items.map(({ templateId, version, warnings }) => [templateId, version, warnings])).toEqual([
      ["a", "1.0.0", undefined],
      ["a", "1.1.0", undefined],
      ["b", "1.0.0", left("The successor was left out. There is no version 9.0.0.")],
      ["b", "1.1.0", left("The successor was left out. acme/a leads back to acme/b.")],
      ["c", "1.0.0", left("The successor was left out. There is no version 9.0.0.")],
      [
        "c",
        "1.1.0",
        left("The successor was left out. There is no template globex/absent, or it is not visible to you."),
      ],
    ]);
    const { template } = await unwrap(client.getTemplate({ templateId: "a" }));
    expect(template).toMatchObject({ ...standing, successor: { tenant: "acme", templateId: "b" } });
    expect(template.versions.at(-1)).toMatchObject({ version: "1.0.0", ...standing, successor: "1.1.0" });
    expect((await unwrap(client.getTemplate({ templateId: "b" }))).template).not.toHaveProperty("successor");
  });

  it("200: a prompt without a history begins one", async () => {
    await unwrap(send(parts([described("coach", "1.0.0")], document("coach", "1.0.0"))));
    expect((await unwrap(client.getBuilderHistory({ id: "coach" }))).history).toHaveLength(1);
  });

  it("200: a draft that comes to a public template is told to its tenant only", async () => {
    await unwrap(client.publishTemplate({ body: prompt(), visibility: "public" }));
    const draft = { ...described("coach", "1.0.0", "2.0.0"), currentVersion: "1.0.0" };
    const versions = [
      { version: "1.0.0", status: "active" as const },
      { version: "2.0.0", status: "draft" as const },
    ];
    const bundle = parts([{ ...draft, versions }], document("coach", "1.0.0"), document("coach", "2.0.0"));
    expect(await outcomes(send(bundle))).toEqual([["coach 1.0.0 unchanged"], ["coach 2.0.0 created"]]);
    const rows = await world.database.query(`
      SELECT visibility FROM marketplace.outbox WHERE version = '2.0.0' OR type = 'template.imported'
      UNION ALL SELECT visibility FROM marketplace.changes WHERE version = '2.0.0' OR type = 'template.imported'`);
    expect(rows).toEqual([{ visibility: "private" }, { visibility: "private" }]);
  });

  it("200: two imports at once, and a publish between them, come one after the other", async () => {
    const ids = ["a", "b", "c"];
    const bundle = parts(
      ids.map((id) => described(id, "1.0.0")),
      ...ids.map((id) => document(id, "1.0.0")),
    );
    const [one, other, published] = await Promise.all([
      send(bundle),
      send(bundle),
      client.publishTemplate({ body: prompt({ templateId: "b", description: "Other" }) }),
    ]);
    expect([one.status, other.status]).toEqual([200, 200]);
    expect([201, 409]).toContain(published.status);
  });

  it("the same Idempotency-Key imports once, and another bundle under it is refused", async () => {
    const body = gzipBody(await packed(parts([described("coach", "1.0.0")], document("coach", "1.0.0"))));
    const first = await client.importTemplates({ body }, { idempotencyKey: "k" });
    const second = await client.importTemplates({ body }, { idempotencyKey: "k" });
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second).toMatchObject({ body: first.ok && first.body });
    const other = gzipBody(await packed(parts([described("a", "1.0.0")], document("a", "1.0.0"))));
    expect(await client.importTemplates({ body: other }, { idempotencyKey: "k" })).toBeProblem(
      422,
      "idempotency_key_reused",
    );
  });

  it("400, 401, 403, 413 and 415", async () => {
    const body = gzipBody(await packed(parts([])));
    expect(await client.importTemplates({ body: { bundle: 7 } as never })).toBeProblem(400, "request_invalid");
    expect(await world.anonymous.importTemplates({ body })).toBeProblem(401, "unauthenticated");
    const publisher = world.as(await world.person("publisher", "acme"));
    expect(await publisher.importTemplates({ body })).toBeProblem(403, "forbidden");
    const bound = world.as(await world.bound("acme", ["x"]));
    expect((await bound.importTemplates({ body })).status).toBe(403);
    const large = new RawBody("application/gzip", new Uint8Array(33 * 1024 * 1024));
    expect(await client.importTemplates({ body: large })).toBeProblem(413, "payload_too_large");
    const zip = new RawBody("application/zip", body.bytes);
    expect(await client.importTemplates({ body: zip })).toBeProblem(415, "media_type_unsupported");
  });

  it("takes a prompt that was published with variables, and got others in the builder", async () => {
    await unwrap(client.publishTemplate({ body: prompt() }));
    await unwrap(client.updateBuilderTemplate({ id: "coach", body: { instructions: "Now {{ fresh }}." } }));
    const other = world.as(await world.person("admin", "globex"));
    const { summary } = await unwrap(other.importTemplates({ body: gzipBody(await exported(client)) }));
    expect(summary).toEqual({ created: 2, unchanged: 0, conflict: 0, invalid: 0 });
  });

  it("takes what it exports after anything was imported: text of any kind", async () => {
    const odd = document("odd", "1.0.0", {
      description: "‮ \u2028 \\u0000 \u{1F600} é",
      later: { "": [null, -0, 1e21] },
    });
    await unwrap(send(parts([described("odd", "1.0.0")], odd)));
    const { entries } = await partsOf(await exported(client));
    expect(entries[0]?.content.toString()).toBe(canonicalForm(JSON.parse(odd.content.toString())));
  });
});
