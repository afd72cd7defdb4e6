import { createHash, randomUUID } from "node:crypto";
import type { TrustedPublisher } from "@nofx/contract-registry";
import { type Database, inTenant, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Selectable, sql } from "kysely";
import type { DB, TrustedPublishers } from "../db/schema.gen.ts";
import { type Bound, toldBound } from "../tokens/token.rules.ts";

const toPublisher = (row: Selectable<TrustedPublishers>): TrustedPublisher => ({
  id: row.id,
  tenant: row.tenant_id,
  name: row.name,
  issuer: row.issuer,
  claims: row.claims as TrustedPublisher["claims"],
  agents: row.agents,
  ...(row.templates && { templates: row.templates }),
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
});

/** Where a page of publishers ended. */
export interface PublisherPosition {
  readonly createdAt: string;
  readonly id: string;
}

export const listPublishers = async (
  db: Database<DB>,
  scope: TenantScope,
  page: { readonly after: PublisherPosition | undefined; readonly limit: number },
): Promise<TrustedPublisher[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const publishers = query
      .selectFrom("trusted_publishers")
      .selectAll()
      .where("tenant_id", "=", scope.tenantId)
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(page.limit);
    const { after } = page;
    if (!after) return publishers;
    return publishers.where((eb) =>
      eb(eb.refTuple("created_at", "id"), "<", eb.tuple(new Date(after.createdAt), after.id)),
    );
  });
  return rows.map(toPublisher);
};

/** Everything that a tenant trusts of one issuer. */
export const publishersOf = async (
  db: Database<DB>,
  scope: TenantScope,
  issuer: string,
): Promise<TrustedPublisher[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("trusted_publishers")
      .selectAll()
      .where("tenant_id", "=", scope.tenantId)
      .where("issuer", "=", issuer),
  );
  return rows.map(toPublisher);
};

export const insertPublisher = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  publisher: Pick<TrustedPublisher, "name" | "issuer" | "claims" | "createdBy"> & {
    readonly bound: Bound;
    readonly at: Date;
  },
): Promise<TrustedPublisher> => {
  const { agents = [], templates = null } = toldBound(publisher.bound);
  const row = await trx
    .insertInto("trusted_publishers")
    .values({
      tenant_id: tenant,
      id: randomUUID(),
      name: publisher.name,
      issuer: publisher.issuer,
      claims: JSON.stringify(publisher.claims),
      agents,
      templates,
      created_by: publisher.createdBy,
      created_at: publisher.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toPublisher(row);
};

/** Deletes a publisher; undefined if there is none. */
export const deletePublisher = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  id: string,
): Promise<TrustedPublisher | undefined> => {
  const row = await trx
    .deleteFrom("trusted_publishers")
    .where("tenant_id", "=", tenant)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  return row && toPublisher(row);
};

/**
 * Notes that an identity token has been exchanged; false if it was before. What is signed tells tokens apart: a
 * signature may have several spellings, and not every issuer gives a `jti`.
 */
export const claimIdentityToken = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  token: string,
  expiresAt: Date,
): Promise<boolean> => {
  const signed = token.slice(0, token.lastIndexOf("."));
  const claimed = await trx
    .insertInto("exchanged_tokens")
    .values({ tenant_id: tenant, token_hash: createHash("sha256").update(signed).digest(), expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return claimed.numInsertedOrUpdatedRows === 1n;
};

const housekeeper = { tenantId: "", subject: "housekeeping", role: "service", correlationId: "housekeeping" } as const;

/** Deletes what workloads left behind a day after it ended, at most 1,000 rows a table and call. Any number may run. */
export const deleteEndedWorkloads = async (db: Database<DB>): Promise<number> =>
  await inTenant(db, housekeeper, async (trx) => {
    const used = await sql`DELETE FROM exchanged_tokens WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM exchanged_tokens WHERE expires_at < now() - interval '1 day' LIMIT 1000))`.execute(trx);
    const issued = await sql`DELETE FROM api_tokens WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM api_tokens WHERE workload IS NOT NULL AND expires_at < now() - interval '1 day' LIMIT 1000))`.execute(
      trx,
    );
    return Number((used.numAffectedRows ?? 0n) + (issued.numAffectedRows ?? 0n));
  });
