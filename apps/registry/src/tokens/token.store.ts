import { randomUUID } from "node:crypto";
import type { Scope } from "@nofx/contract-kit";
import type { Token } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { Actor } from "@nofx/service-kit";
import type { Selectable } from "kysely";
import type { ApiTokens, DB } from "../db/schema.gen.ts";
import { type Bound, boundOf, isSecret, secretHash, toldBound } from "./token.rules.ts";

const toToken = (row: Pick<Selectable<ApiTokens>, (typeof columns)[number]>): Token => ({
  id: row.id,
  tenant: row.tenant_id,
  name: row.name,
  kind: row.kind as Token["kind"],
  scopes: row.scopes as Scope[],
  ...(row.agents && { agents: row.agents }),
  ...(row.templates && { templates: row.templates }),
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
});

const columns = [
  "id",
  "tenant_id",
  "name",
  "kind",
  "scopes",
  "agents",
  "templates",
  "created_by",
  "created_at",
  "expires_at",
  "revoked_at",
] as const;

/** Authentication precedes the tenant: it looks into all of them. */
const authentication: TenantScope = { tenantId: "", subject: "authentication", role: "service" };

/** Whose API token this is; undefined if it is unknown, revoked or expired. */
export const findActor = async (db: Database<DB>, secret: string, now: Date): Promise<Actor | undefined> => {
  if (!isSecret(secret)) return undefined;
  const [row] = await readInTenant(db, authentication, (query) =>
    query
      .selectFrom("api_tokens")
      .select(["id", "tenant_id", "kind", "scopes", "agents", "templates", "subject", "workload", "expires_at"])
      .where("secret_hash", "=", secretHash(secret))
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now),
  );
  if (!row) return undefined;
  const bound = boundOf({ agents: row.agents ?? undefined, templates: row.templates ?? undefined });
  return {
    kind: row.kind as "member" | "service",
    tenantId: row.tenant_id,
    subject: row.subject ?? `token:${row.id}`,
    scopes: new Set(row.scopes as Scope[]),
    ...(bound && { bound }),
    ...(row.workload !== null && { workload: row.workload as Record<string, string> }),
    expiresAt: row.expires_at.getTime(),
  };
};

/** Where a page of tokens ended. */
export interface TokenPosition {
  readonly createdAt: string;
  readonly id: string;
}

export const listTokens = async (
  db: Database<DB>,
  scope: TenantScope,
  page: { readonly after: TokenPosition | undefined; readonly limit: number },
): Promise<Token[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const tokens = query
      .selectFrom("api_tokens")
      .select(columns)
      .where("tenant_id", "=", scope.tenantId)
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(page.limit);
    const { after } = page;
    if (!after) return tokens;
    return tokens.where((eb) =>
      eb(eb.refTuple("created_at", "id"), "<", eb.tuple(new Date(after.createdAt), after.id)),
    );
  });
  return rows.map(toToken);
};

export const insertToken = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  token: Pick<Token, "name" | "kind" | "scopes" | "createdBy"> & {
    readonly secret: string;
    readonly createdAt: Date;
    readonly expiresAt: Date;
    readonly bound: Bound | undefined;
    /** Who acts with the token, if it is a CI workload. */
    readonly workload?: { readonly subject: string; readonly provenance: Readonly<Record<string, string>> };
  },
): Promise<Token> => {
  const { agents = null, templates = null } = toldBound(token.bound);
  const row = await trx
    .insertInto("api_tokens")
    .values({
      tenant_id: tenant,
      id: randomUUID(),
      name: token.name,
      kind: token.kind,
      scopes: token.scopes,
      agents,
      templates,
      subject: token.workload?.subject ?? null,
      workload: token.workload ? JSON.stringify(token.workload.provenance) : null,
      secret_hash: secretHash(token.secret),
      created_by: token.createdBy,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return toToken(row);
};

/** Marks a token revoked; `undefined` if it does not exist. `fresh`: it was good until now. */
export const revokeToken = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  id: string,
  at: Date,
): Promise<{ token: Token; fresh: boolean } | undefined> => {
  const revoked = await trx
    .updateTable("api_tokens")
    .set({ revoked_at: at })
    .where("tenant_id", "=", tenant)
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .returning(columns)
    .executeTakeFirst();
  if (revoked) return { token: toToken(revoked), fresh: true };
  const row = await trx
    .selectFrom("api_tokens")
    .select(columns)
    .where("tenant_id", "=", tenant)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && { token: toToken(row), fresh: false };
};
