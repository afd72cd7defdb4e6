import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { createTrustedPublisher } from "./create-trusted-publisher.ts";
import { deleteTrustedPublisher } from "./delete-trusted-publisher.ts";
import { exchangeToken } from "./exchange-token.ts";
import { listTrustedPublishers } from "./list-trusted-publishers.ts";

const { operations } = registryContract;

export const trustedPublisherRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.createTrustedPublisher, async (ctx, { body }) =>
    answer(201, { body: await createTrustedPublisher(deps, ctx, body) }),
  );
  mount(service, operations.listTrustedPublishers, async (ctx, { query }) =>
    answer(200, { body: await listTrustedPublishers(deps, ctx, query) }),
  );
  mount(service, operations.deleteTrustedPublisher, async (ctx, { params, query }) => {
    await deleteTrustedPublisher(deps, ctx, params.publisherId, query.tenant);
    return answer(204, {});
  });
  mount(service, operations.exchangeToken, async (ctx, { body }) =>
    answer(200, {
      body: await exchangeToken(deps, ctx, body),
      headers: { "cache-control": "no-store" },
    }),
  );
};
