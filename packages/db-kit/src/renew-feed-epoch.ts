import { recordAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { renewEpoch } from "./feed-retention.ts";
import { inTenant, type WriteScope } from "./tenant.ts";

export interface EpochRenewal {
  readonly schema: string;
  readonly reason: string;
  readonly at: Date;
}

/** Makes every cursor of before invalid, and notes who did it and why. */
export const renewFeedEpoch = async <DB>(
  db: Database<DB>,
  scope: WriteScope,
  { schema, reason, at }: EpochRenewal,
): Promise<{ epoch: string }> =>
  inTenant(db, scope, async (trx) => {
    const epoch = await renewEpoch(trx, schema);
    const event = {
      action: "feed.epoch_renewed",
      resourceType: "feed",
      resourceId: "feed",
      reason,
      details: { epoch },
    };
    await recordAudit(trx, scope, at, event);
    return { epoch };
  });
