import { renewFeedEpoch as renew } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { TrackDeps } from "../track-deps.ts";

/** Makes every cursor of before invalid, and notes who did it and why. */
export const renewFeedEpoch = <DB>(
  deps: Pick<TrackDeps<DB>, "db" | "now" | "track">,
  ctx: RequestContext,
  reason: string,
): Promise<{ epoch: string }> => renew(deps.db, ctx, { schema: deps.track.schema, reason, at: deps.now() });
