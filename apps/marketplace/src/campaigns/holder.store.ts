import type { DependencyLock } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** An agent as locks name it. */
export interface AgentName {
  readonly tenant: string;
  readonly agentId: string;
}

/** The tenant's templates in use, each once for every agent that a lock of its current version holds. */
const holdings = (query: Kysely<DB>, tenant: string, agent: AgentName | undefined) => {
  const rows = query
    .selectFrom("template_lock_entries as e")
    .innerJoin("templates as t", (join) =>
      join
        .onRef("t.tenant_id", "=", "e.tenant_id")
        .onRef("t.template_id", "=", "e.template_id")
        .onRef("t.current_version", "=", "e.version"),
    )
    .where("e.tenant_id", "=", tenant)
    .where("e.kind", "=", "agent")
    .where("t.status", "<>", "disabled");
  return agent ? rows.where("e.on_tenant", "=", agent.tenant).where("e.on_id", "=", agent.agentId) : rows;
};

/** The versions of an agent that such locks hold. */
export const listHeldVersions = async (db: Database<DB>, scope: TenantScope, agent: AgentName): Promise<string[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    holdings(query, scope.tenantId, agent).select("e.on_version").distinct(),
  );
  return rows.map(({ on_version }) => on_version);
};

/** Which templates are looked for. */
export interface HolderFilter {
  readonly versions: readonly string[];
  readonly templates: readonly string[] | undefined;
  readonly limit: number;
}

/** A template whose locks hold an agent, and its current version. */
export interface Holder {
  readonly templateId: string;
  readonly currentVersion: string;
}

/** The templates whose locks hold an agent in one of some versions, in the order of their ids. */
export const listHolders = async (
  db: Database<DB>,
  scope: TenantScope,
  agent: AgentName,
  { versions, templates, limit }: HolderFilter,
): Promise<Holder[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const found = holdings(query, scope.tenantId, agent)
      .where("e.on_version", "=", sql<string>`ANY(${[...versions]}::text[])`)
      .select(["e.template_id", "t.current_version"])
      .distinct()
      .orderBy("e.template_id")
      .limit(limit);
    return templates ? found.where("e.template_id", "=", sql<string>`ANY(${[...templates]}::text[])`) : found;
  });
  return rows.map((row) => ({ templateId: row.template_id, currentVersion: row.current_version }));
};

/** A page of templates whose locks hold an agent, or agents at all. */
export const pageOfHolders = async (
  db: Database<DB>,
  scope: TenantScope,
  { agent, after, limit }: { agent: AgentName | undefined; after: string | undefined; limit: number },
): Promise<Holder[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const found = holdings(query, scope.tenantId, agent)
      .select(["e.template_id", "t.current_version"])
      .distinct()
      .orderBy("e.template_id")
      .limit(limit);
    return after === undefined ? found : found.where("e.template_id", ">", after);
  });
  return rows.map((row) => ({ templateId: row.template_id, currentVersion: row.current_version }));
};

/** A lock of a template's version. */
export interface HeldLock {
  readonly templateId: string;
  readonly environment: string;
  readonly lock: DependencyLock;
}

/** All locks that are kept with these versions of the tenant's templates. */
export const listLocksOf = async (
  db: Database<DB>,
  scope: TenantScope,
  holders: readonly Holder[],
): Promise<HeldLock[]> => {
  const ids = holders.map(({ templateId }) => templateId);
  const versions = holders.map(({ currentVersion }) => currentVersion);
  const rows = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("template_locks as l")
      .innerJoin(
        sql<{ id: string; current: string }>`unnest(${ids}::text[], ${versions}::text[])`.as<"w">(sql`w (id, current)`),
        (join) => join.onRef("w.id", "=", "l.template_id").onRef("w.current", "=", "l.version"),
      )
      .select(["l.template_id", "l.environment", "l.lock"])
      .where("l.tenant_id", "=", scope.tenantId)
      .orderBy("l.template_id")
      .orderBy("l.environment"),
  );
  return rows.map((row) => ({
    templateId: row.template_id,
    environment: row.environment,
    lock: JSON.parse(row.lock) as DependencyLock,
  }));
};

/** Which of these ids no template of the tenant has. */
export const listAbsent = async (
  db: Database<DB>,
  scope: TenantScope,
  templates: readonly string[],
): Promise<string[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("templates")
      .select("template_id")
      .where("tenant_id", "=", scope.tenantId)
      .where("template_id", "=", sql<string>`ANY(${[...templates]}::text[])`),
  );
  const there = new Set(rows.map(({ template_id }) => template_id));
  return templates.filter((id) => !there.has(id));
};
