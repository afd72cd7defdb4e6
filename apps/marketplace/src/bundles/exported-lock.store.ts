import type { DependencyLock } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";

/** A lock that is kept with one of a tenant's versions. */
export interface ExportedLock {
  readonly version: string;
  readonly environment: string | undefined;
  readonly lock: DependencyLock;
}

/** The locks of a template's versions: that for no environment first, then by environment. */
export const listLocks = async (
  db: Database<DB>,
  scope: TenantScope,
  templateId: string,
): Promise<readonly ExportedLock[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("template_locks as l")
      .innerJoin("template_versions as v", (join) =>
        join
          .onRef("v.tenant_id", "=", "l.tenant_id")
          .onRef("v.template_id", "=", "l.template_id")
          .onRef("v.version", "=", "l.version"),
      )
      .select(["l.version", "l.environment", "l.lock"])
      .where("l.tenant_id", "=", scope.tenantId)
      .where("l.template_id", "=", templateId)
      .orderBy("v.precedence")
      .orderBy("l.environment"),
  );
  return rows.map(({ version, environment, lock }) => ({
    version,
    environment: environment === "" ? undefined : environment,
    lock: JSON.parse(lock) as DependencyLock,
  }));
};
