import { gunzipSync, gzipSync } from "node:zlib";
import { type BundleEntry, indexText } from "@nofx/bundle";
import { sha256 } from "@nofx/canonical";
import { RawBody } from "@nofx/contract-kit";
import type { bundleErrors } from "@nofx/contract-marketplace";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { described, document, gzipBody, packed, withLastType } from "./bundles.ts";
import { type MarketplaceClient, sharedMarketplace } from "./marketplace.ts";

const first = document("coach", "1.0.0");
const second = document("coach", "1.1.0");
const content = { kind: "templates", templates: [described("coach", "1.0.0", "1.1.0")] };
const entries = [first, second];
const good = { content, entries };
const named = (path: string, text = "x"): BundleEntry => ({ path, content: Buffer.from(text) });

describe("importTemplates refuses a bundle as a whole, and writes nothing", () => {
  const world = sharedMarketplace();
  let client: MarketplaceClient;
  beforeEach(async () => {
    client = world().as(await world().person("admin", "acme"));
  });
  afterEach(async () => {
    const rows = await world().database.query(`
      SELECT template_id FROM marketplace.templates UNION ALL SELECT digest FROM marketplace.template_files
      UNION ALL SELECT action FROM marketplace.audit_log UNION ALL SELECT type FROM marketplace.outbox`);
    expect(rows).toEqual([]);
  });

  const send = (body: RawBody) => client.importTemplates({ body });
  const refused = async (
    archive: Uint8Array | Promise<Uint8Array>,
    code: keyof typeof bundleErrors,
    entry?: string,
  ) => {
    const answer = await send(gzipBody(await archive));
    expect(answer).toBeProblem(422, code);
    if (!answer.ok) expect((answer.problem as { entry?: string }).entry).toBe(entry);
  };

  it("422 bundle_path_unsafe: a path that leads out of the archive", async () => {
    for (const path of ["../../etc/passwd", "/etc/passwd", "templates/../x", "C:\\x"]) {
      await refused(packed({ content, entries: [...entries, named(path)] }, entries), "bundle_path_unsafe", path);
      await refused(packed({ content, entries: [...entries, named(path)] }), "bundle_path_unsafe", path);
    }
  });

  it.each([
    ["a hard link", "1"],
    ["a symbolic link", "2"],
    ["a device", "3"],
    ["a pipe", "6"],
  ])("422 bundle_entry_not_file: %s", async (_what, type) => {
    await refused(withLastType(await packed(good), type), "bundle_entry_not_file", second.path);
  });

  it("422 bundle_bomb: a thousand to one", async () => {
    const zeros = "\0".repeat(30 * 1024 * 1024);
    const bomb = await packed({ content, entries: [...entries, named("templates/coach/history.json", zeros)] });
    expect(bomb.length * 900).toBeLessThan(30 * 1024 * 1024);
    await refused(bomb, "bundle_bomb");
    const bare = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    await refused(bare, "bundle_bomb");
  });

  it("422 bundle_entry_duplicate: the same name again, in other letters, in another form of Unicode", async () => {
    for (const path of [second.path, second.path.toUpperCase(), second.path.replace("coach", "coacｈ")]) {
      await refused(packed({ content, entries: [...entries, named(path)] }, entries), "bundle_entry_duplicate", path);
      await refused(packed({ content, entries: [...entries, named(path)] }), "bundle_entry_duplicate", path);
    }
  });

  it("422 bundle_digest_wrong: other bytes than the index says", async () => {
    const changed = document("coach", "1.1.0", { description: "Chooses what to finish later." });
    await refused(packed({ content, entries: [first, changed] }, entries), "bundle_digest_wrong", second.path);
  });

  it("422 bundle_truncated: an archive that breaks off, and one that lacks an entry", async () => {
    const archive = await packed(good);
    for (const part of [0.1, 0.5, 0.9]) await refused(archive.subarray(0, archive.length * part), "bundle_truncated");
    await refused(packed({ content, entries: [first] }, entries), "bundle_truncated", second.path);
  });

  it("422 bundle_entry_unlisted: an entry more than the index lists, or in another place", async () => {
    await refused(packed({ content, entries: [...entries, named("more")] }, entries), "bundle_entry_unlisted", "more");
    await refused(packed({ content, entries: [second, first] }, entries), "bundle_entry_unlisted", second.path);
  });

  it("422 bundle_too_many_entries: of files, of templates", async () => {
    const many = Array.from({ length: 20_001 }, (_, index) => named(`e${index}`));
    await refused(packed({ content, entries: many }), "bundle_too_many_entries");
    const templates = Array.from({ length: 2_001 }, (_, index) => described(`t${index}`, "1.0.0"));
    await refused(packed({ content: { kind: "templates", templates }, entries: [] }), "bundle_too_many_entries");
  });

  it("422 bundle_too_large: an entry, or all of them, by what the index says", async () => {
    const index = (sizes: readonly number[]) => ({
      bundle: JSON.parse(
        indexText(
          content,
          sizes.map((size, at) => ({ path: `e${at}`, size, digest: sha256("") })),
        ).text,
      ),
      entries: {},
    });
    const mebibyte = 1024 * 1024;
    for (const sizes of [[33 * mebibyte], Array.from({ length: 9 }, () => 30 * mebibyte)]) {
      expect(await client.importTemplates({ body: index(sizes) })).toBeProblem(422, "bundle_too_large");
    }
  });

  it("422 bundle_too_large: a file that is larger than publishing takes, or that too many versions share", async () => {
    const large = "x".repeat(257 * 1024);
    const file = named(`templates/coach/files/${sha256(large).slice(7)}`, large);
    await refused(packed({ content, entries: [...entries, file] }), "bundle_too_large", file.path);
    const shared = "x".repeat(250 * 1024);
    const all = Array.from({ length: 40 }, (_, at) => ({
      path: `f${at}`,
      size: shared.length,
      digest: sha256(shared),
    }));
    const versions = Array.from({ length: 110 }, (_, at) => `1.0.${at}`);
    const bundle = {
      content: { kind: "templates", templates: [described("coach", ...versions)] },
      entries: [
        ...versions.map((version) => document("coach", version, { files: all })),
        named(`templates/coach/files/${sha256(shared).slice(7)}`, shared),
      ],
    };
    await refused(packed(bundle), "bundle_too_large");
  });

  it("422 bundle_malformed: no archive at all, or not of the kind it says", async () => {
    await refused(Buffer.from("no archive"), "bundle_malformed");
    const tar = new Uint8Array(gunzipSync(await packed(good)));
    expect(await send(new RawBody("application/gzip", tar))).toBeProblem(422, "bundle_malformed");
    const archive = await packed(good);
    expect(await send(new RawBody("application/x-tar", archive))).toBeProblem(422, "bundle_malformed");
  });

  it("422 bundle_unsupported: a format of the future", async () => {
    const bundle = { ...JSON.parse(indexText(content, []).text), formatVersion: 2 };
    expect(await client.importTemplates({ body: { bundle, entries: {} } })).toBeProblem(422, "bundle_unsupported");
  });

  it.each<[string, unknown, readonly BundleEntry[]]>([
    ["is of something else", { kind: "agents", agents: [] }, entries],
    ["lacks a document", { kind: "templates", templates: [described("coach", "1.0.0", "1.1.0", "1.2.0")] }, entries],
    ["has a document too many", { kind: "templates", templates: [described("coach", "1.0.0")] }, entries],
    [
      "has versions that do not rise",
      { kind: "templates", templates: [described("coach", "1.1.0", "1.0.0")] },
      entries,
    ],
    [
      "has the same template twice",
      { kind: "templates", templates: [described("coach", "1.0.0"), described("coach", "1.1.0")] },
      entries,
    ],
    [
      "has a current version that is not there",
      { kind: "templates", templates: [{ ...described("coach", "1.0.0", "1.1.0"), currentVersion: "3.0.0" }] },
      entries,
    ],
    [
      "has a draft as the current version",
      {
        kind: "templates",
        templates: [{ ...described("coach", "1.0.0"), versions: [{ version: "1.0.0", status: "draft" }] }],
      },
      [first],
    ],
    [
      "says since when what is not deprecated is",
      {
        kind: "templates",
        templates: [{ ...described("coach", "1.0.0"), deprecatedAt: "2026-01-01T00:00:00.000Z" }],
      },
      [first],
    ],
    [
      "names a successor of a version that is not deprecated",
      {
        kind: "templates",
        templates: [
          { ...described("coach", "1.0.0"), versions: [{ version: "1.0.0", status: "active", successor: "1.0.0" }] },
        ],
      },
      [first],
    ],
    [
      "has files that are not ordered",
      { kind: "templates", templates: [described("coach", "1.0.0")] },
      [
        first,
        ...["b", "a"]
          .toSorted((a, b) => (sha256(a) < sha256(b) ? 1 : -1))
          .map((text) => named(`templates/coach/files/${sha256(text).slice(7)}`, text)),
      ],
    ],
  ])("422 bundle_index_invalid: the index %s", async (_what, wrong, listed) => {
    await refused(packed({ content: wrong, entries: listed }), "bundle_index_invalid", "bundle.json");
  });

  const workflow = { content: { kind: "workflow", steps: [{ id: "a", agentId: "b" }] } };
  const history = (value: unknown) => named("templates/coach/history.json", JSON.stringify(value));
  const state = { number: 1, description: "", instructions: "x", updatedAt: "2025-01-01T08:00:00.000Z" };
  const file = { path: "a.txt", size: 1, digest: sha256("x") };
  const { builder: _builder, ...bare } = described("coach", "1.0.0");
  it.each<[string, object, readonly BundleEntry[], number]>([
    ["a document that is not JSON", bare, [{ ...first, content: Buffer.from("{") }], 0],
    ["a document that is not Unicode", bare, [{ ...first, content: Buffer.from([34, 255, 34]) }], 0],
    ["a document that nests too deep", bare, [{ ...first, content: Buffer.from("[".repeat(9_000)) }], 0],
    ["a document that is none", bare, [{ ...first, content: Buffer.from("[]") }], 0],
    ["the document of another version", bare, [{ ...first, content: second.content }], 0],
    ["a file that is missing", bare, [document("coach", "1.0.0", { files: [file] })], 0],
    ["a file that no version has", bare, [first, named(`templates/coach/files/${sha256("x").slice(7)}`)], 1],
    ["a history that is none", described("coach", "1.0.0"), [first, history({})], 1],
    ["a history that does not rise", described("coach", "1.0.0"), [first, history([state, state])], 1],
    ["a history without a builder", bare, [first, history([state])], 1],
    ["a workflow of the builder", described("coach", "1.0.0"), [document("coach", "1.0.0", workflow)], 0],
  ])("422 bundle_content_invalid: %s", async (_what, template, listed, wrong) => {
    const archive = packed({ content: { kind: "templates", templates: [template] }, entries: listed });
    await refused(archive, "bundle_content_invalid", listed[wrong]?.path);
  });
});
