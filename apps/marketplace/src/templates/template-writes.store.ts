import { randomUUID } from "node:crypto";
import type { TemplateSummary, TemplateVersionSummary } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { TemplatePublication } from "@nofx/template";
import { precedenceKey, type StatusChange } from "@nofx/versioning";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "./address.ts";
import type { DerivedFields } from "./template.rules.ts";
import { type Template, toTemplate, toVersion, versionColumns } from "./template.store.ts";
import { countedColumns } from "./template-counts.store.ts";

const derivedColumns = (fields: DerivedFields) => ({
  name: fields.name,
  description: fields.description,
  category: fields.category ?? null,
  tags: [...fields.tags],
  license: fields.license ?? null,
  owner: fields.owner ?? null,
  agents: [...fields.agents],
  environments: [...fields.environments],
  metadata: JSON.stringify(fields.metadata),
});

export const statusColumns = (change: StatusChange<string, unknown>) => ({
  status: change.status,
  status_reason: change.reason ?? null,
  deprecated_at: change.deprecatedAt ?? null,
});

/** A version that becomes the current one. */
export interface CurrentVersion {
  readonly version: string;
  readonly publishedAt: Date;
  readonly fields: DerivedFields;
}

export const insertTemplate = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  template: {
    readonly ownerId: string;
    readonly visibility: TemplateSummary["visibility"];
    readonly current: CurrentVersion;
  },
): Promise<Template> => {
  const { ownerId, visibility, current } = template;
  const row = await trx
    .insertInto("templates")
    .values({
      tenant_id: tenant,
      template_id: templateId,
      id: randomUUID(),
      kind: current.fields.kind,
      owner_id: ownerId,
      visibility,
      current_version: current.version,
      ...derivedColumns(current.fields),
      created_at: current.publishedAt,
      updated_at: current.publishedAt,
      published_at: current.publishedAt,
    })
    .returningAll()
    .returning(countedColumns)
    .executeTakeFirstOrThrow();
  return toTemplate(row);
};

/** What a change may set. The revision grows with each. */
export interface TemplateChange {
  readonly visibility?: TemplateSummary["visibility"] | undefined;
  /** The new current version, with all fields that follow from it. */
  readonly current?: CurrentVersion | undefined;
  readonly status?: StatusChange<TemplateSummary["status"], TemplateSummary["successor"]> | undefined;
}

export const updateTemplate = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  at: Date,
  { visibility, current, status }: TemplateChange,
): Promise<Template> => {
  const row = await trx
    .updateTable("templates")
    .set((eb) => ({
      revision: eb("revision", "+", "1"),
      updated_at: at,
      ...(visibility && { visibility }),
      ...(current && {
        current_version: current.version,
        published_at: current.publishedAt,
        ...derivedColumns(current.fields),
      }),
      ...(status && {
        ...statusColumns(status),
        successor_tenant: status.successor?.tenant ?? null,
        successor_template: status.successor?.templateId ?? null,
      }),
    }))
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .returningAll()
    .returning(countedColumns)
    .executeTakeFirstOrThrow();
  return toTemplate(row);
};

export const insertVersion = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  publication: TemplatePublication,
  origin: {
    readonly publishedBy: string;
    readonly sourceCommit: string | undefined;
    readonly at: Date;
    readonly draft: boolean;
  },
): Promise<TemplateVersionSummary> => {
  const { version } = publication.document;
  const row = await trx
    .insertInto("template_versions")
    .values({
      tenant_id: tenant,
      template_id: templateId,
      version,
      precedence: precedenceKey(version),
      id: randomUUID(),
      digest: publication.digest,
      document: publication.text,
      status: origin.draft ? "draft" : "active",
      commit_sha: origin.sourceCommit ?? null,
      published_at: origin.at,
      published_by: origin.publishedBy,
    })
    .returning(versionColumns)
    .executeTakeFirstOrThrow();
  if (publication.files.length > 0) {
    await trx
      .insertInto("template_files")
      .values(
        publication.files.map(({ description, content }) => ({
          tenant_id: tenant,
          template_id: templateId,
          digest: description.digest,
          content,
        })),
      )
      .onConflict((conflict) => conflict.columns(["tenant_id", "template_id", "digest"]).doNothing())
      .execute();
  }
  return toVersion(row);
};

/** A prompt that has become current is the next state of what the builder shows of its past. */
export const appendHistory = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  at: Date,
  state: { readonly version: string; readonly description: string; readonly instructions: string },
): Promise<void> => {
  await trx
    .insertInto("builder_history")
    .columns(["tenant_id", "template_id", "number", "version", "description", "instructions", "updated_at"])
    .expression((eb) =>
      eb
        .selectFrom("builder_history")
        .where("tenant_id", "=", tenant)
        .where("template_id", "=", templateId)
        .select((from) => [
          sql.val(tenant).as("tenant_id"),
          sql.val(templateId).as("template_id"),
          sql<number>`coalesce(${from.fn.max("number")}, 0) + 1`.as("number"),
          sql.val(state.version).as("version"),
          sql.val(state.description).as("description"),
          sql.val(state.instructions).as("instructions"),
          sql<Date>`${at}::timestamptz`.as("updated_at"),
        ]),
    )
    .execute();
};
