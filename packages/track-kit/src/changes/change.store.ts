import type { Change } from "@nofx/contract-kit";
import { type ChangeRow, formatPosition } from "@nofx/db-kit";

/** A row of the feed as its readers and receivers see it. */
export const toChange = (epoch: string, row: ChangeRow): Change => ({
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
