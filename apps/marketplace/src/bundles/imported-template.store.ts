import { randomUUID } from "node:crypto";
import type { PublishedFile } from "@nofx/contract-kit";
import type { BundledHistory, BundledTemplate, BundledVersion } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { TemplatePublication } from "@nofx/template";
import { precedenceKey } from "@nofx/versioning";
import { saveDeployment } from "../builder/prompt-writes.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";

/** Gives a template that is new what a bundle says of it beside its versions. */
export const keepTemplateFacts = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  { status }: Pick<BundledTemplate, "status">,
): Promise<void> => {
  await trx
    .updateTable("templates")
    .set({ status })
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .execute();
};

/** A version to be written, with what a bundle says of it beside its document. */
export interface ImportedRow {
  readonly facts: BundledVersion;
  readonly files: readonly PublishedFile[];
  readonly publication: Omit<TemplatePublication, "files">;
}

const versionRow = (
  { tenant, templateId }: TemplateAddress,
  { facts, publication }: ImportedRow,
  { by, at }: { readonly by: string; readonly at: Date },
) => ({
  tenant_id: tenant,
  template_id: templateId,
  version: facts.version,
  precedence: precedenceKey(facts.version),
  id: randomUUID(),
  digest: publication.digest,
  document: publication.text,
  status: facts.status,
  commit_sha: facts.sourceCommit ?? null,
  published_at: at,
  published_by: by,
});

/** Rows that one statement writes: few enough for its parameters, of which there may be 65,535. */
const rowsMax = 1_000;

const batches = function* <T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += rowsMax) yield rows.slice(start, start + rowsMax);
};

/** Writes versions that are not there yet, with their files: many at once, since a catalogue has thousands. */
export const insertVersions = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  versions: readonly ImportedRow[],
  contents: ReadonlyMap<string, Buffer>,
  origin: { readonly by: string; readonly at: Date },
): Promise<void> => {
  const rows = versions.map((version) => versionRow(address, version, origin));
  for (const batch of batches(rows)) await trx.insertInto("template_versions").values(batch).execute();
  const digests = new Set(versions.flatMap(({ files }) => files.map(({ digest }) => digest)));
  const fileRows = [...digests].map((digest) => ({
    tenant_id: address.tenant,
    template_id: address.templateId,
    digest,
    content: contents.get(digest) as Buffer,
  }));
  for (const batch of batches(fileRows)) {
    await trx
      .insertInto("template_files")
      .values(batch)
      .onConflict((conflict) => conflict.columns(["tenant_id", "template_id", "digest"]).doNothing())
      .execute();
  }
};

/** What is published of a template, by precedence: versions that differ only in build metadata are one. */
export const findPublished = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
): Promise<ReadonlyMap<string, { readonly version: string; readonly digest: string }>> => {
  const rows = await trx
    .selectFrom("template_versions")
    .select(["precedence", "version", "digest"])
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .execute();
  return new Map(rows.map(({ precedence, ...version }) => [precedence, version]));
};

/** The past of a prompt that is new. */
export const insertHistory = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  history: BundledHistory,
): Promise<void> => {
  const rows = history.map(({ number, version, updatedAt, ...words }) => ({
    tenant_id: tenant,
    template_id: templateId,
    number,
    version: version ?? null,
    ...words,
    updated_at: new Date(updatedAt),
  }));
  for (const batch of batches(rows)) await trx.insertInto("builder_history").values(batch).execute();
};

/** What the builder knows of a prompt that is new: where it is switched on, and what it was imported from. */
export const insertBuilderFacts = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  { deployments, source }: NonNullable<BundledTemplate["builder"]>,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<void> => {
  for (const [environment, channels] of Object.entries(deployments)) {
    for (const [channel, enabled] of Object.entries(channels)) {
      const deployment = { environment, channel, enabled } as Parameters<typeof saveDeployment>[2];
      await saveDeployment(trx, { tenant, id: templateId, by, at }, deployment);
    }
  }
  if (source === undefined) return;
  await trx
    .insertInto("builder_imports")
    .values({ tenant_id: tenant, template_id: templateId, digest: source, imported_at: at, imported_by: by })
    .execute();
};
