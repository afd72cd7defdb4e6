import type { TemplateDetail } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { Kysely } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";

/** Where a template stands among its copies, as far as the reader may know. */
export type Lineage = Pick<TemplateDetail, "forkedFrom" | "forkCount">;

/** The forks of a template that lists show. Policies leave those that the reader may see. */
export const forkRows = (query: Kysely<DB>, { tenant, templateId }: TemplateAddress) =>
  query
    .selectFrom("template_forks as f")
    .innerJoin("templates", (join) =>
      join.onRef("templates.tenant_id", "=", "f.tenant_id").onRef("templates.template_id", "=", "f.template_id"),
    )
    .where("f.from_tenant", "=", tenant)
    .where("f.from_template", "=", templateId)
    .where("templates.status", "<>", "disabled");

const originRows = (query: Kysely<DB>, { tenant, templateId }: TemplateAddress) =>
  query
    .selectFrom("template_forks as f")
    .leftJoin("templates as s", (join) =>
      join.onRef("s.tenant_id", "=", "f.from_tenant").onRef("s.template_id", "=", "f.from_template"),
    )
    .where("f.tenant_id", "=", tenant)
    .where("f.template_id", "=", templateId);

/** One row, whatever there is of origin and forks. */
const lineageRow = (query: Kysely<DB>, address: TemplateAddress) =>
  query
    .selectFrom(
      forkRows(query, address)
        .select((eb) => eb.fn.countAll<string>().as("fork_count"))
        .as("count"),
    )
    .leftJoin(
      originRows(query, address)
        .select(["f.from_tenant", "f.from_template", "f.from_version", "f.from_digest", "f.forked_at"])
        .select("s.current_version as latest")
        .as("origin"),
      (join) => join.onTrue(),
    )
    .selectAll();

type LineageRow = Awaited<ReturnType<ReturnType<typeof lineageRow>["execute"]>>[number];

const toLineage = (row: LineageRow | undefined): Lineage => {
  if (!row) throw new Error("A count without a row");
  const { from_tenant, from_template, from_version, from_digest, forked_at, latest } = row;
  const isFork = from_tenant !== null && from_template !== null && from_version !== null && from_digest !== null;
  return {
    forkCount: Number(row.fork_count),
    ...(isFork &&
      forked_at !== null && {
        forkedFrom: {
          tenant: from_tenant,
          templateId: from_template,
          version: from_version,
          digest: from_digest,
          forkedAt: forked_at.toISOString(),
          ...(latest !== null && { latest }),
        },
      }),
  };
};

export const findLineage = async (db: Database<DB>, scope: TenantScope, address: TemplateAddress): Promise<Lineage> => {
  const [row] = await readInTenant(db, scope, (query) => lineageRow(query, address));
  return toLineage(row);
};

/** The same in a transaction. */
export const lineageNow = async (trx: TenantTransaction<DB>, address: TemplateAddress): Promise<Lineage> =>
  toLineage(await lineageRow(trx, address).executeTakeFirst());
