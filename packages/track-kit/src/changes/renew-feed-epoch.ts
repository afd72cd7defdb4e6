import { inTenant, recordAudit, renewEpoch } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { TrackDeps } from "../track-deps.ts";

/** Makes every cursor of before invalid, and notes who did it and why. */
export const renewFeedEpoch = async <DB>(
  deps: Pick<TrackDeps<DB>, "db" | "now" | "track">,
  ctx: RequestContext,
  reason: string,
): Promise<{ epoch: string }> =>
  inTenant(deps.db, ctx, async (trx) => {
    const epoch = await renewEpoch(trx, deps.track.schema);
    const event = {
      action: "feed.epoch_renewed",
      resourceType: "feed",
      resourceId: "feed",
      reason,
      details: { epoch },
    };
    await recordAudit(trx, ctx, deps.now(), event);
    return { epoch };
  });
