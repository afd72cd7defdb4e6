import { registryContract } from "@nofx/contract-registry";
import { answer, eventStreamType, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { listChanges } from "./list-changes.ts";
import { renewFeedEpoch } from "./renew-feed-epoch.ts";
import { streamChanges } from "./stream-changes.ts";

const { operations } = registryContract;

export const changeRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.listChanges, async (ctx, { query }) =>
    ctx.mediaType === eventStreamType
      ? answer(200, { stream: await streamChanges(deps, ctx, query), mediaType: eventStreamType })
      : answer(200, { body: await listChanges(deps, ctx, query) }),
  );
  mount(service, operations.renewFeedEpoch, async (ctx, { body }) =>
    answer(200, { body: await renewFeedEpoch(deps, ctx, body.reason) }),
  );
};
