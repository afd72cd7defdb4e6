import { randomUUID } from "node:crypto";
import type { PublishedFile } from "@nofx/contract-kit";
import type { BundledHistory, BundledTemplate, BundledVersion } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { TemplatePublication } from "@nofx/template";
import { precedenceKey } from "@nofx/versioning";
import { sql } from "kysely";
import { saveDeployment } from "../builder/prompt-writes.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { statusColumns } from "../templates/template-writes.store.ts";
import type { TemplateStanding } from "./bundled-template.rules.ts";

const dateOf = (at: string | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

/** Gives a template that is new the status that a bundle says. What is to be used instead may not be there yet. */
export const keepTemplateFacts = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  { status, statusReason: reason, deprecatedAt }: Omit<TemplateStanding, "successor">,
): Promise<void> => {
  await trx
    .updateTable("templates")
    .set(statusColumns({ status, reason, deprecatedAt: dateOf(deprecatedAt), successor: undefined }))
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .execute();
};

/** A version that is there. */
export interface PublishedVersion extends Pick<BundledVersion, "version" | "status" | "successor"> {
  readonly digest: string;
}

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
  ...statusColumns({
    ...facts,
    reason: facts.statusReason,
    deprecatedAt: dateOf(facts.deprecatedAt),
    successor: undefined,
  }),
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

/** Says which new versions have been replaced, and by which others, all of them there by now. */
export const keepVersionSuccessors = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  successors: ReadonlyMap<string, string>,
): Promise<void> => {
  if (successors.size === 0) return;
  await sql`
    UPDATE template_versions v SET successor = s.successor
    FROM unnest(${[...successors.keys()]}::text[], ${[...successors.values()]}::text[]) s (version, successor)
    WHERE v.tenant_id = ${tenant} AND v.template_id = ${templateId} AND v.version = s.version`.execute(trx);
};

/** Says what is to be used instead of a template. */
export const keepTemplateSuccessor = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  successor: TemplateAddress,
): Promise<void> => {
  await trx
    .updateTable("templates")
    .set({ successor_tenant: successor.tenant, successor_template: successor.templateId })
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .execute();
};

/** What is published of a template, by precedence: versions that differ only in build metadata are one. */
export const findPublished = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
): Promise<ReadonlyMap<string, PublishedVersion>> => {
  const rows = await trx
    .selectFrom("template_versions")
    .select(["precedence", "version", "digest", "status", "successor"])
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .execute();
  return new Map(
    rows.map(({ precedence, version, digest, status, successor }) => [
      precedence,
      { version, digest, status: status as PublishedVersion["status"], successor: successor ?? undefined },
    ]),
  );
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
