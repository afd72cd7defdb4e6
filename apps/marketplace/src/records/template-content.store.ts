import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import type { Reading } from "./template-text.rules.ts";

/** A version of a template. */
export type VersionKey = TemplateAddress & { readonly version: string };

/** Documents of versions, in one statement. */
export const findDocuments = (
  db: Database<DB>,
  scope: TenantScope,
  versions: readonly VersionKey[],
): Promise<(TemplateAddress & { readonly document: string })[]> =>
  readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<TemplateAddress & { readonly document: string }>`
        SELECT v.tenant_id AS tenant, v.template_id AS "templateId", v.document
        FROM unnest(${versions.map(({ tenant }) => tenant)}::text[],
          ${versions.map(({ templateId }) => templateId)}::text[], ${versions.map(({ version }) => version)}::text[])
          AS w (tenant_id, template_id, version)
        JOIN template_versions v
          ON v.tenant_id = w.tenant_id AND v.template_id = w.template_id AND v.version = w.version`.compile(query),
  }));

/** A file of a template, as far as it is to be read. */
export type FileReading = TemplateAddress & Reading;
/** What was read of it. */
export type FileContent = TemplateAddress & Pick<Reading, "digest"> & { readonly content: Buffer };

/** Files or their beginnings, in one statement. */
export const findContents = async (
  db: Database<DB>,
  scope: TenantScope,
  files: readonly FileReading[],
): Promise<FileContent[]> => {
  if (files.length === 0) return [];
  return await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<FileContent>`
        SELECT w.tenant, w."templateId", w.digest, f.content
        FROM unnest(${files.map(({ tenant }) => tenant)}::text[], ${files.map(({ templateId }) => templateId)}::text[],
          ${files.map(({ digest }) => digest)}::text[], ${files.map(({ bytes }) => bytes)}::int[])
          AS w (tenant, "templateId", digest, bytes)
        CROSS JOIN LATERAL (
          SELECT substring(f.content FOR w.bytes) AS content FROM template_files f
          WHERE f.tenant_id = w.tenant AND f.template_id = w."templateId" AND f.digest = w.digest) f`.compile(query),
  }));
};
