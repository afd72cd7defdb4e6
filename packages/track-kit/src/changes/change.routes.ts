import type { ChangeOperations } from "@nofx/contract-kit";
import { answer, eventStreamType, mount, type Service } from "@nofx/service-kit";
import type { TrackDeps } from "../track-deps.ts";
import { listChanges } from "./list-changes.ts";
import { renewFeedEpoch } from "./renew-feed-epoch.ts";
import { streamChanges } from "./stream-changes.ts";

/** Serves the change feed, as pages and as a stream of events, whatever the service calls the operations. */
export const changeRoutes = <DB>(
  service: Service,
  deps: Pick<TrackDeps<DB>, "db" | "now" | "track" | "feed">,
  operations: ChangeOperations,
): void => {
  mount(service, operations.listChanges, async (ctx, { query }) =>
    ctx.mediaType === eventStreamType
      ? answer(200, { stream: await streamChanges(deps, ctx, query), mediaType: eventStreamType })
      : answer(200, { body: await listChanges(deps, ctx, query) }),
  );
  mount(service, operations.renewFeedEpoch, async (ctx, { body }) =>
    answer(200, { body: await renewFeedEpoch(deps, ctx, body.reason) }),
  );
};
