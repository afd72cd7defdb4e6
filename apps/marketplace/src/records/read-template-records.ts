import { setImmediate } from "node:timers/promises";
import { type TemplateRecord, TemplateRecordKey, type TemplateVersionDocument } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { type FileReading, findContents, findDocuments } from "./template-content.store.ts";
import { type KnownTemplate, recordOf } from "./template-record.rules.ts";
import { listKeys, listKnownTemplates } from "./template-record.store.ts";
import { batchesOf, readingsOf, textOf } from "./template-text.rules.ts";

const cursors = cursorCodec("template-records", TemplateRecordKey);

/** What is in memory at a time of what templates say: a page of usual ones is read at once, one of huge ones in parts. */
const batchBytesMax = 16 * 1024 * 1024;

interface Said {
  readonly address: TemplateAddress;
  readonly document: TemplateVersionDocument;
  readonly files: readonly FileReading[];
}

const nameOf = ({ tenant, templateId }: TemplateAddress): string => `${tenant}/${templateId}`;

/** The texts of templates whose documents are read. */
const textsIn = async (deps: Deps, ctx: RequestContext, said: readonly Said[]): Promise<[string, string][]> => {
  const found = await findContents(
    deps.db,
    ctx,
    said.flatMap(({ files }) => files),
  );
  const contentOf = new Map(found.map((file) => [`${nameOf(file)} ${file.digest}`, file.content]));
  const texts: [string, string][] = [];
  for (const { address, document } of said) {
    const name = nameOf(address);
    texts.push([name, textOf(document, (digest) => contentOf.get(`${name} ${digest}`))]);
    // Documents may be large, and others get their turn.
    if (texts.length % 50 === 0) await setImmediate();
  }
  return texts;
};

const saidBy = ({ document: text, ...address }: TemplateAddress & { readonly document: string }): Said => {
  const document = JSON.parse(text) as TemplateVersionDocument;
  return { address, document, files: readingsOf(document).map((reading) => ({ ...address, ...reading })) };
};

const bytesOf = ({ files }: Said): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

const recordsOf = async (
  deps: Deps,
  ctx: RequestContext,
  templates: readonly KnownTemplate[],
): Promise<TemplateRecord[]> => {
  const texts = new Map<string, string>();
  for (const batch of batchesOf(templates, ({ documentBytes }) => documentBytes, batchBytesMax)) {
    const versions = batch.map(({ summary }) => ({ ...summary, version: summary.currentVersion }));
    const said = (await findDocuments(deps.db, ctx, versions)).map(saidBy);
    for (const part of batchesOf(said, bytesOf, batchBytesMax))
      for (const [name, text] of await textsIn(deps, ctx, part)) texts.set(name, text);
  }
  return templates.map((known) => recordOf(known, texts.get(nameOf(known.summary)) ?? ""));
};

/** What is known of all tenants' templates, by tenant and id: three statements, however many. @throws cursor_invalid */
export const listRecords = async (
  deps: Deps,
  ctx: RequestContext,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ records: TemplateRecord[]; nextCursor?: string }> => {
  const found = await listKnownTemplates(deps.db, ctx, { after: cursors.decode(cursor), limit: limit + 1 });
  const { items, ...rest } = toPage(found, limit, ({ summary: { tenant, templateId } }) =>
    cursors.encode({ tenant, templateId }),
  );
  return { records: await recordsOf(deps, ctx, items), ...rest };
};

/** What templates of all tenants there are, by tenant and id: with the cursors of the records. @throws cursor_invalid */
export const listRecordKeys = async (
  { db }: Pick<Deps, "db">,
  ctx: RequestContext,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ keys: TemplateRecordKey[]; nextCursor?: string }> => {
  const keys = await listKeys(db, ctx, { after: cursors.decode(cursor), limit: limit + 1 });
  const { items, ...rest } = toPage(keys, limit, cursors.encode);
  return { keys: items, ...rest };
};

/** What is known of these templates, those that there are. */
export const getRecords = async (
  deps: Deps,
  ctx: RequestContext,
  keys: readonly TemplateRecordKey[],
): Promise<TemplateRecord[]> => recordsOf(deps, ctx, await listKnownTemplates(deps.db, ctx, { keys }));
