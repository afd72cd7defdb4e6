import type { BundledHistory, BundledTemplate, BundledVersion, TemplateKind } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateStanding } from "./bundled-template.rules.ts";

/** Which of a tenant's templates are meant: those to which all of it applies. */
export interface Selection {
  readonly ids: readonly string[] | undefined;
  readonly kind: TemplateKind | undefined;
  readonly tags: readonly string[];
  readonly category: string | undefined;
  readonly status: BundledTemplate["status"] | undefined;
}

/** A template without its contents: what an index tells of it. */
export interface ExportedTemplate {
  readonly templateId: string;
  readonly kind: TemplateKind;
  readonly currentVersion: string;
  readonly standing: TemplateStanding;
  readonly visibility: BundledTemplate["visibility"];
  readonly versions: readonly ExportedVersion[];
  readonly deployments: readonly {
    readonly environment: string;
    readonly channel: string;
    readonly enabled: boolean;
  }[];
  /** The last number of its history; undefined without one. */
  readonly historyTo: number | undefined;
  readonly source: string | undefined;
  /** Locks are kept with some of its versions. */
  readonly hasLocks: boolean;
}

export interface ExportedVersion {
  readonly facts: BundledVersion;
  readonly digest: string;
  /** Bytes of the document. */
  readonly size: number;
  readonly files: readonly { readonly size: number; readonly digest: string }[];
}

const templateRows = (query: Kysely<DB>, tenant: string, { ids, kind, tags, category, status }: Selection) => {
  let rows = query.selectFrom("templates as t").where("t.tenant_id", "=", tenant);
  if (ids) rows = rows.where("t.template_id", "in", [...ids]);
  if (kind !== undefined) rows = rows.where("t.kind", "=", kind);
  if (category !== undefined) rows = rows.where("t.category", "=", category);
  if (status !== undefined) rows = rows.where("t.status", "=", status);
  if (tags.length > 0) rows = rows.where("t.tags", "@>", sql<string[]>`${[...tags]}::text[]`);
  return rows;
};

const withContents = (rows: ReturnType<typeof templateRows>) =>
  rows.select(["t.tenant_id", "t.template_id", "t.kind", "t.current_version", "t.visibility"]).select((eb) => [
    "t.status",
    "t.status_reason",
    "t.deprecated_at",
    "t.successor_tenant",
    "t.successor_template",
    jsonArrayFrom(
      eb
        .selectFrom("template_versions as v")
        .select([
          "v.version",
          "v.status",
          "v.status_reason",
          "v.deprecated_at",
          "v.successor",
          "v.commit_sha",
          "v.digest",
        ])
        .select([
          sql<number>`octet_length(v.document)`.as("size"),
          sql<ExportedVersion["files"]>`coalesce(v.document::jsonb -> 'files', '[]'::jsonb)`.as("files"),
        ])
        .whereRef("v.tenant_id", "=", "t.tenant_id")
        .whereRef("v.template_id", "=", "t.template_id")
        .orderBy("v.precedence"),
    ).as("versions"),
    jsonArrayFrom(
      eb
        .selectFrom("template_deployments as d")
        .select(["d.environment", "d.channel", "d.enabled"])
        .whereRef("d.tenant_id", "=", "t.tenant_id")
        .whereRef("d.template_id", "=", "t.template_id"),
    ).as("deployments"),
    eb
      .selectFrom("builder_history as h")
      .select(({ fn }) => fn.max("h.number").as("number"))
      .whereRef("h.tenant_id", "=", "t.tenant_id")
      .whereRef("h.template_id", "=", "t.template_id")
      .as("history_to"),
    eb
      .selectFrom("builder_imports as i")
      .select("i.digest")
      .whereRef("i.tenant_id", "=", "t.tenant_id")
      .whereRef("i.template_id", "=", "t.template_id")
      .as("source"),
    eb
      .exists(
        eb
          .selectFrom("template_locks as l")
          .select("l.version")
          .whereRef("l.tenant_id", "=", "t.tenant_id")
          .whereRef("l.template_id", "=", "t.template_id"),
      )
      .as("has_locks"),
  ]);

type Row = Awaited<ReturnType<ReturnType<typeof withContents>["execute"]>>[number];

const reasonAndDate = (reason: string | null, deprecatedAt: Date | string | null) => ({
  ...(reason !== null && { statusReason: reason }),
  ...(deprecatedAt !== null && { deprecatedAt: new Date(deprecatedAt).toISOString() }),
});

/** A successor of the same tenant is named without it: the bundle may go to another one. */
const standingOf = (row: Row): TemplateStanding => ({
  status: row.status as TemplateStanding["status"],
  ...reasonAndDate(row.status_reason, row.deprecated_at),
  ...(row.successor_tenant !== null &&
    row.successor_template !== null && {
      successor: {
        templateId: row.successor_template,
        ...(row.successor_tenant !== row.tenant_id && { tenant: row.successor_tenant }),
      },
    }),
});

const factsOf = (row: Row["versions"][number]): BundledVersion => ({
  version: row.version,
  status: row.status as BundledVersion["status"],
  ...reasonAndDate(row.status_reason, row.deprecated_at),
  ...(row.successor !== null && { successor: row.successor }),
  ...(row.commit_sha !== null && { sourceCommit: row.commit_sha }),
});

const toExported = (row: Row): ExportedTemplate => ({
  templateId: row.template_id,
  kind: row.kind as ExportedTemplate["kind"],
  currentVersion: row.current_version,
  standing: standingOf(row),
  visibility: row.visibility as ExportedTemplate["visibility"],
  versions: row.versions.map((version) => ({
    facts: factsOf(version),
    digest: version.digest,
    size: version.size,
    files: version.files,
  })),
  deployments: row.deployments,
  historyTo: row.history_to ?? undefined,
  source: row.source ?? undefined,
  hasLocks: row.has_locks === true,
});

/** A tenant's templates by id, behind `after`, each as it is at one moment. */
export const listExported = async (
  db: Database<DB>,
  scope: TenantScope,
  selection: Selection,
  page: { readonly after: string; readonly limit: number },
): Promise<ExportedTemplate[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    withContents(templateRows(query, scope.tenantId, selection))
      .where("t.template_id", ">", page.after)
      .orderBy("t.template_id")
      .limit(page.limit),
  );
  return rows.map(toExported);
};

/** The past of a prompt up to a number. It only ever grows: what is read twice is the same. */
export const findHistory = async (
  db: Database<DB>,
  scope: TenantScope,
  templateId: string,
  to: number,
): Promise<BundledHistory> => {
  const rows = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("builder_history")
      .select(["number", "version", "description", "instructions", "updated_at"])
      .where("tenant_id", "=", scope.tenantId)
      .where("template_id", "=", templateId)
      .where("number", "<=", to)
      .orderBy("number"),
  );
  return rows.map(({ number, version, description, instructions, updated_at }) => ({
    number,
    ...(version !== null && { version }),
    description,
    instructions,
    updatedAt: updated_at.toISOString(),
  }));
};
