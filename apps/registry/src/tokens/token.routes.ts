import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { getWhoami } from "./get-whoami.ts";
import { introspect } from "./introspect-token.ts";
import { issueToken } from "./issue-token.ts";
import { listTokens } from "./list-tokens.ts";
import { revokeToken } from "./revoke-token.ts";

const { operations } = registryContract;

export const tokenRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.createToken, async (ctx, { body }) =>
    answer(201, {
      body: await issueToken(deps, ctx, body),
      headers: { "cache-control": "no-store" },
    }),
  );
  mount(service, operations.listTokens, async (ctx, { query }) =>
    answer(200, { body: await listTokens(deps, ctx, query) }),
  );
  mount(service, operations.revokeToken, async (ctx, { params, query }) =>
    answer(200, {
      body: { token: await revokeToken(deps, ctx, params.tokenId, query.tenant) },
    }),
  );
  mount(service, operations.introspectToken, async (_ctx, { body }) =>
    answer(200, {
      body: await introspect(deps, body.token),
      headers: { "cache-control": "no-store" },
    }),
  );
  mount(service, operations.getWhoami, async ({ actor }) =>
    answer(200, { body: getWhoami(actor), headers: { "cache-control": "no-store" } }),
  );
};
