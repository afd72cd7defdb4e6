import {
  type BreakReason,
  type ChainReport,
  genesis,
  type Head,
  judgeCheckpoint,
  type SealedEntry,
  verifyChain,
} from "@nofx/audit-chain";
import { countUnsealed, findSeal, findStranger, readSealed } from "./audit-reads.ts";
import type { Database } from "./database.ts";
import type { TenantScope } from "./tenant.ts";

/** Entries that one query reads: memory is bounded by this. */
const batchMax = 1000;
const idMin = -(2n ** 63n);
const idMax = 2n ** 63n - 1n;

/** Which part of the log to verify. */
export interface AuditVerificationOrder {
  /** Position to begin at. */
  readonly from: number;
  /** Entries to verify at the most. */
  readonly limit: number;
  /** A head that was kept: the chain must still have it. */
  readonly checkpoint?: Head | undefined;
}

/** The first thing that is wrong with an audit log. */
export interface AuditBreak {
  /** Absent for an entry that has no place in the chain. */
  readonly position?: number;
  readonly auditId?: string;
  readonly reason: BreakReason | "not_sealed";
  readonly expected?: string;
  readonly found?: string;
}

export interface AuditVerification extends Omit<ChainReport, "firstBroken"> {
  readonly firstBroken?: AuditBreak;
  /** Entries that were not sealed yet when the verification began. */
  readonly pending: number;
  /** Position to go on from; absent when the end was reached. */
  readonly next?: number;
}

/** Reads a part of the chain, and keeps in mind how far it came. */
const partOf = <DB>(db: Database<DB>, scope: TenantScope, { from, limit }: AuditVerificationOrder) => {
  const part = { ended: false, idMax: idMin };
  const entries = async function* (): AsyncGenerator<SealedEntry> {
    for (let after = from - 1, left = limit; left > 0; ) {
      const asked = Math.min(batchMax, left);
      const rows = await readSealed(db, scope, after, asked);
      for (const { sealed } of rows) {
        const id = BigInt(sealed.auditId);
        if (id > part.idMax) part.idMax = id;
        yield sealed;
      }
      part.ended = rows.length < asked;
      if (part.ended) return;
      after = rows.at(-1)?.sealed.position ?? after;
      left -= rows.length;
    }
  };
  return { part, entries: entries() };
};

/**
 * Verifies a part of a tenant's audit log as it is now: that every entry is what was sealed and in its place, and that
 * there is none beside the chain. The seal before the part is believed: the part before vouches for it.
 */
export const verifyAudit = async <DB>(
  db: Database<DB>,
  scope: TenantScope,
  order: AuditVerificationOrder,
): Promise<AuditVerification> => {
  const { from, checkpoint } = order;
  const before = from === 1 ? { ...genesis, auditId: String(idMin) } : await findSeal(db, scope, from - 1);
  // Counted first: what is sealed meanwhile is then counted twice, and not overlooked.
  const pending = await countUnsealed(db, scope);
  if (!before) {
    const firstBroken = { position: from - 1, reason: "missing" } as const;
    return { valid: false, verified: 0, head: genesis, firstBroken, pending };
  }
  const { part, entries } = partOf(db, scope, order);
  const report = await verifyChain(entries, { after: { position: before.position, hash: before.hash } });
  if (!report.valid) return { ...report, pending };
  const upTo = String(part.ended ? idMax : part.idMax);
  const stranger = await findStranger(db, scope, { above: before.auditId, upTo });
  const firstBroken: AuditBreak | undefined =
    stranger !== undefined
      ? { auditId: stranger, reason: "not_sealed" }
      : checkpoint && judgeCheckpoint(checkpoint, await findSeal(db, scope, checkpoint.position));
  if (firstBroken) return { ...report, valid: false, firstBroken, pending };
  return { ...report, pending, ...(!part.ended && { next: report.head.position + 1 }) };
};
