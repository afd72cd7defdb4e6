import { gunzipSync, gzipSync } from "node:zlib";
import { type BundleEntry, gzipped, indexText, openBundle, readTar, writeTar } from "@nofx/bundle";
import { canonicalForm, sha256 } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { RawBody } from "@nofx/contract-kit";
import type { BundledTemplate, TemplateBundleContent } from "@nofx/contract-marketplace";
import type { MarketplaceClient, TestMarketplace } from "./marketplace.ts";
import { newPrompt } from "./prompts.ts";
import { prompt, workflow } from "./templates.ts";

/** A bundle in its parts, to be put together again otherwise. */
export interface Parts {
  content: TemplateBundleContent;
  entries: BundleEntry[];
}

export const partsOf = async (archive: Uint8Array): Promise<Parts> => {
  const { index, entries } = await openBundle(readTar(archive, "gzip"));
  const all: BundleEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return { content: index.content as TemplateBundleContent, entries: all };
};

const listed = (entries: readonly BundleEntry[]) =>
  entries.map(({ path, content }) => ({ path, size: content.length, digest: sha256(content) }));

/** An archive of these entries, whose index says what the test says; else what is so. */
export const packed = async (
  { content, entries }: { readonly content: unknown; readonly entries: readonly BundleEntry[] },
  said: readonly BundleEntry[] = entries,
): Promise<Buffer<ArrayBuffer>> => {
  const { text } = indexText(content, listed(said));
  const each = (async function* () {
    yield* entries;
  })();
  const chunks: Uint8Array[] = [];
  for await (const chunk of gzipped(writeTar(text, each))) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** The same archive, in which the last entry's header says another type: `1` a hard link, `2` a link, `3` a device. */
export const withLastType = (archive: Uint8Array, type: string): Buffer<ArrayBuffer> => {
  const tar = gunzipSync(archive);
  let header = 0;
  let next = 0;
  while (tar[next] !== 0) {
    header = next;
    const size = Number.parseInt(tar.toString("ascii", header + 124, header + 135), 8);
    next = header + 512 + Math.ceil(size / 512) * 512;
  }
  tar.write(type, header + 156, "ascii");
  tar.fill(" ", header + 148, header + 156);
  const sum = tar.subarray(header, header + 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, "0")}\0 `, header + 148, "ascii");
  return Buffer.from(gzipSync(tar));
};

export const gzipBody = (archive: Uint8Array): RawBody => new RawBody("application/gzip", new Uint8Array(archive));

/** The bytes of an answer. */
export const bytesOf = (answer: Awaited<ReturnType<MarketplaceClient["exportTemplates"]>>): Buffer => {
  if (!answer.ok) throw new Error(answer.problem.title);
  return Buffer.from(answer.body);
};

export const exported = async (
  client: MarketplaceClient,
  query: Parameters<MarketplaceClient["exportTemplates"]>[0] = {},
): Promise<Buffer> => bytesOf(await client.exportTemplates(query));

/** A document as a bundle has it. */
export const document = (templateId: string, version: string, more: object = {}): BundleEntry => {
  const { files: _files, ...body } = prompt({ templateId, version });
  const content = Buffer.from(canonicalForm({ ...body, ...more }));
  return { path: `templates/${templateId}/${version}/template.json`, content };
};

/** What an index says of a template with these versions. */
export const described = (templateId: string, ...versions: string[]): BundledTemplate => ({
  templateId,
  currentVersion: versions.at(-1) as string,
  status: "active",
  visibility: "private",
  versions: versions.map((version) => ({ version, status: "active" as const })),
  builder: { deployments: {} },
});

const old = {
  id: "tmpl_6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
  name: "Old",
  instructions: "Second",
  input: [{ id: "in_1", type: "input_text", text: "{{ x }}" }],
  deployments: { production: { slack: true, email: false } },
  createdAt: "2025-01-01T08:00:00.000Z",
  updatedAt: "2025-01-02T08:00:00.000Z",
  history: [
    { version: 1, description: "", instructions: "First", updatedAt: "2025-01-01T08:00:00.000Z" },
    { version: 2, description: "", instructions: "Second", updatedAt: "2025-01-02T08:00:00.000Z" },
  ],
  folder: { colour: "red" },
};

/** Deprecates templates and versions in every way: with and without a successor, one of them later in the alphabet. */
export const deprecate = async (client: MarketplaceClient): Promise<void> => {
  for (const templateId of ["before", "middle", "past"]) {
    await unwrap(client.publishTemplate({ body: workflow({ templateId }) }));
    await unwrap(client.publishTemplate({ body: workflow({ templateId, version: "1.1.0" }) }));
  }
  const order = { status: "deprecated", reason: "There is a better one" } as const;
  const template = (templateId: string, more: object) =>
    client.setTemplateStatus({ templateId, body: { ...order, ...more } });
  await unwrap(template("before", { successor: { templateId: "middle" } }));
  await unwrap(template("middle", { successor: { templateId: "past" } }));
  await unwrap(client.setTemplateStatus({ templateId: "past", body: { status: "disabled", reason: "Late" } }));
  const version = { templateId: "before", version: "1.0.0" };
  await unwrap(client.setTemplateVersionStatus({ ...version, body: { ...order, successor: "1.1.0" } }));
  await unwrap(client.setTemplateVersionStatus({ ...version, templateId: "middle", body: order }));
};

/** Fills a tenant with everything that a catalogue can hold. */
export const fill = async ({ database }: TestMarketplace, client: MarketplaceClient): Promise<void> => {
  const publish = async (body: ReturnType<typeof workflow>, query: object = {}) =>
    unwrap(client.publishTemplate({ body, ...query }));
  const binary = {
    path: "assets/Logo.png",
    content: Buffer.from([0, 255, 128]).toString("base64"),
    encoding: "base64" as const,
  };
  const twin = { path: "assets/logo.png", content: "ünïcödé \u{1F600}" };
  const files = (workflow().files ?? []).concat(binary, twin);
  await publish(workflow({ files, sourceCommit: "0123abc" }), { visibility: "public" });
  for (const version of ["1.1.0-RC", "1.1.0-rc", "1.10.0", "1.2.0"]) await publish(workflow({ version, files }));
  await publish(workflow({ version: "2.0.0", name: "Draft", files }), { draft: "true" });
  await unwrap(client.rollbackTemplate({ templateId: "release-notes", body: { targetVersion: "1.0.0", reason: "x" } }));
  await publish(prompt());
  await publish(prompt({ version: "1.1.0", description: "Better" }));
  await publish(prompt({ templateId: `a${"-b".repeat(60)}`, version: `1.0.0-${"X".repeat(110)}` }));
  await publish(workflow({ templateId: "gone" }));
  const { id } = await unwrap(client.createBuilderTemplate({ body: newPrompt() }));
  await unwrap(
    client.updateBuilderTemplate({ id, body: { instructions: "Now {{ more }}.", tools: { builtin: ["web_search"] } } }),
  );
  await unwrap(client.deployBuilderTemplate({ id, body: { environment: "staging", channel: "email", enabled: true } }));
  await unwrap(client.importBuilderStore({ body: { templates: [old] } }));
  await database.query(`
    UPDATE marketplace.templates SET status = 'disabled' WHERE template_id = 'gone';
    UPDATE marketplace.templates SET status = 'deprecated' WHERE template_id = 'coach';
    UPDATE marketplace.template_versions SET status = 'archived' WHERE version = '1.1.0-rc';
    UPDATE marketplace.template_versions SET status = 'deprecated' WHERE version = '1.2.0'`);
};
