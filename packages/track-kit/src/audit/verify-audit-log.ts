import type { AuditVerification } from "@nofx/contract-kit";
import { verifyAudit } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { TrackDeps } from "../track-deps.ts";

interface Query {
  readonly from: number;
  readonly limit: number;
  readonly position?: number | undefined;
  readonly hash?: string | undefined;
}

/** Verifies a part of the tenant's audit log, and the head that the caller kept. */
export const verifyAuditLog = async <DB>(
  deps: Pick<TrackDeps<DB>, "db">,
  ctx: RequestContext,
  { position, hash, ...part }: Query,
): Promise<AuditVerification> => {
  const checkpoint = position === undefined || hash === undefined ? undefined : { position, hash };
  return await verifyAudit(deps.db, ctx, { ...part, checkpoint });
};
