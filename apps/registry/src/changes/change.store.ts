import type { Change } from "@nofx/contract-registry";
import { type ChangeRow, type Database, formatPosition, readChanges, type TenantScope } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";

const toChange = (epoch: string, row: ChangeRow): Change => ({
  id: row.change_id,
  cursor: formatPosition({ epoch, position: BigInt(row.position) }),
  tenant: row.tenant_id,
  visibility: row.visibility,
  type: row.type,
  resourceType: row.resource_type,
  resourceId: row.resource_id,
  ...(row.version !== null && { version: row.version }),
  data: row.data,
  at: row.at.toISOString(),
  correlationId: row.correlation_id,
});

/** The caller's next changes behind a position, and the position up to which the feed was looked through. */
export const listChangesAfter = async (
  db: Database<DB>,
  scope: TenantScope,
  after: bigint,
  limit: number,
): Promise<{ epoch: string; changes: Change[]; position: bigint }> => {
  const { epoch, rows, position } = await readChanges(db, scope, after, limit);
  return { epoch, changes: rows.map((row) => toChange(epoch, row)), position };
};
