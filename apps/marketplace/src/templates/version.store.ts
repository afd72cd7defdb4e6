import type { Settings } from "@nofx/contract-kit";
import type { TemplateVersionDocument, TemplateVersionSummary } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import { stepsFile, withInlineSteps } from "@nofx/template";
import { type PublishedVersion, precedenceKey } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import { settingsRow, toSettings } from "../settings/settings.store.ts";
import type { TemplateAddress } from "./address.ts";
import { type Template, templateRow, toTemplate, toVersion, versionColumns, versionRows } from "./template.store.ts";

/** A version with its document and its summary. */
export type FoundVersion = PublishedVersion<TemplateVersionDocument> & { readonly summary: TemplateVersionSummary };

/** A template as it is in a transaction that holds its lock. */
export const findLocked = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
): Promise<Template | undefined> => {
  const row = await templateRow(trx, address).executeTakeFirst();
  return row && toTemplate(row);
};

/** A version with its document. Versions that differ only in build metadata are found by each other's name. */
export const findVersion = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  version: string,
): Promise<FoundVersion | undefined> => {
  const row = await trx
    .selectFrom("template_versions")
    .select([...versionColumns, "document"])
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("precedence", "=", precedenceKey(version))
    .executeTakeFirst();
  if (!row) return undefined;
  const document = JSON.parse(row.document) as TemplateVersionDocument;
  return { version: row.version, digest: row.digest, document, summary: toVersion(row) };
};

export const highestVersions = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  limit: number,
): Promise<TemplateVersionSummary[]> => (await versionRows(trx, address).limit(limit).execute()).map(toVersion);

/** The published versions of a template, highest first. Drafts are not published, and archived ones not any more. */
const published = (trx: TenantTransaction<DB>, { tenant, templateId }: TemplateAddress) =>
  trx
    .selectFrom("template_versions")
    .select("document")
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("status", "in", ["active", "deprecated"])
    .orderBy("precedence", "desc")
    .limit(1);

/** The precedence of a release ends in `~`; see `precedenceKey`. */
const releases = (trx: TenantTransaction<DB>, address: TemplateAddress) =>
  published(trx, address).where("precedence", "like", "%~");

const parsed = (document: string | null | undefined): TemplateVersionDocument | undefined =>
  typeof document === "string" ? (JSON.parse(document) as TemplateVersionDocument) : undefined;

/** The highest release of a template. */
export const highestRelease = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
): Promise<TemplateVersionDocument | undefined> => parsed((await releases(trx, address).executeTakeFirst())?.document);

/** What a new version's number is judged by, in one statement. */
export interface StandingBelow {
  /** The highest release below it; only if there is none, the highest pre-release below it. */
  readonly below: TemplateVersionDocument | undefined;
  readonly settings: Settings;
}

export const standingBelow = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  version: string,
): Promise<StandingBelow> => {
  const key = precedenceKey(version);
  const { semver_policy, below } = await trx
    .selectNoFrom((eb) => [
      settingsRow(trx, address.tenant).as("semver_policy"),
      eb.fn
        .coalesce(
          releases(trx, address).where("precedence", "<", key),
          published(trx, address).where("precedence", "<", key),
        )
        .as("below"),
    ])
    .executeTakeFirstOrThrow();
  return { below: parsed(below), settings: toSettings(semver_policy === null ? undefined : { semver_policy }) };
};

/** A published document with its steps inline, wherever they were published. */
export const inlined = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  document: TemplateVersionDocument,
): Promise<TemplateVersionDocument> => {
  const file = stepsFile(document);
  if (!file) return document;
  const row = await trx
    .selectFrom("template_files")
    .select("content")
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("digest", "=", file.digest)
    .executeTakeFirst();
  return withInlineSteps(document, row?.content.toString("utf8"));
};
