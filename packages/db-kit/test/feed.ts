import { recordEvent } from "../src/event.ts";
import { inTenant } from "../src/tenant.ts";
import { at, type Kit, member } from "./kit.ts";

/** Commits one change of a tenant's. */
export const recordOne = (
  kit: Pick<Kit, "db">,
  tenantId: string,
  resourceId = "one",
  type = "note.added",
): Promise<string> =>
  inTenant(kit.db, member(tenantId), (trx) =>
    recordEvent(trx, member(tenantId), at, { type, visibility: "private", resourceType: "note", resourceId }),
  );

/** Puts many changes into the outbox in one statement. */
export const fillOutbox = (kit: Pick<Kit, "query">, rows: number, type = "'note.added'"): Promise<unknown> =>
  kit.query(
    `INSERT INTO kit.outbox (tenant_id, change_id, visibility, type, resource_type, resource_id, at, correlation_id)
     SELECT 'alpha', gen_random_uuid(), 'private', ${type}, 'note', n, now(), 'request' FROM generate_series(1, $1::int) n`,
    [rows],
  );

/** The feed in order. */
export const placed = (kit: Pick<Kit, "query">): Promise<{ position: number; resource_id: string }[]> =>
  kit.query("SELECT position::int, resource_id FROM kit.changes ORDER BY position");
