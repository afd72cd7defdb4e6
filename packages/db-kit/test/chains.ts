import { fromLine, type SealedEntry } from "@nofx/audit-chain";
import { type AuditEvent, recordAudit } from "../src/audit.ts";
import { exportAudit } from "../src/export-audit.ts";
import { sealAuditBatch } from "../src/seal-audit.ts";
import { inTenant } from "../src/tenant.ts";
import { at, type Kit, member, track } from "./kit.ts";

/** Commits audit entries of a tenant's, one transaction each. */
export const recordEntries = async (
  kit: Pick<Kit, "db">,
  tenantId: string,
  count: number,
  more: Partial<AuditEvent> = {},
): Promise<void> => {
  const scope = member(tenantId);
  for (let n = 1; n <= count; n += 1) {
    const event = { action: "note.added", resourceType: "note", resourceId: `note-${n}`, details: { n }, ...more };
    await inTenant(kit.db, scope, (trx) => recordAudit(trx, scope, at, event));
  }
};

/** Puts many audit entries of a tenant's into the log in one statement. */
export const fillLog = (kit: Pick<Kit, "query">, tenantId: string, rows: number): Promise<unknown> =>
  kit.query(
    `WITH entry AS (
       INSERT INTO kit.audit_log (tenant_id, at, actor, action, resource_type, resource_id, details, correlation_id)
       SELECT $1, now(), 'somebody', 'note.added', 'note', n, jsonb_build_object('n', n), 'request' FROM generate_series(1, $2::int) n
       RETURNING tenant_id, id)
     INSERT INTO kit.audit_unsealed SELECT tenant_id, id FROM entry`,
    [tenantId, rows],
  );

/** Seals until nothing waits. */
export const sealAll = async (kit: Pick<Kit, "db">): Promise<void> => {
  while ((await sealAuditBatch(kit.db, track.schema)) > 0);
};

/** A tenant's chain, as an export tells it. */
export const exported = async (kit: Pick<Kit, "db">, tenantId: string): Promise<SealedEntry[]> => {
  let text = "";
  for await (const lines of exportAudit(kit.db, member(tenantId))) text += lines;
  return text.split("\n").slice(0, -1).map(fromLine);
};
