import type { AuditEntry } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";

/** A tenant's audit entries about one resource, newest first. */
export const listEntries = async (
  db: Database<DB>,
  scope: TenantScope,
  resource: { readonly type: string; readonly id: string },
  page: { readonly before: string | undefined; readonly limit: number; readonly action?: string | undefined },
): Promise<AuditEntry[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const all = query
      .selectFrom("audit_log")
      .selectAll()
      .where("tenant_id", "=", scope.tenantId)
      .where("resource_type", "=", resource.type)
      .where("resource_id", "=", resource.id)
      .orderBy("id", "desc")
      .limit(page.limit);
    const entries = page.action === undefined ? all : all.where("action", "=", page.action);
    return page.before === undefined ? entries : entries.where("id", "<", page.before);
  });
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    ...(row.version !== null && { version: row.version }),
    ...(row.reason !== null && { reason: row.reason }),
    details: row.details as Record<string, unknown>,
    correlationId: row.correlation_id,
    ...(row.change_id !== null && { changeId: row.change_id }),
  }));
};
