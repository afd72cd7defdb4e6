import { searchContract } from "@nofx/contract-search";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { getSearchIndex } from "./get-search-index.ts";
import { listQuarantined } from "./list-quarantined.ts";
import { reindexSearch } from "./reindex-search.ts";
import { retryQuarantined } from "./retry-quarantined.ts";

const { operations } = searchContract;

export const indexRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.reindexSearch, async (ctx, { body }) =>
    answer(202, { body: await reindexSearch(deps, ctx, body.reason) }),
  );
  mount(service, operations.getSearchIndex, async () => answer(200, { body: { index: await getSearchIndex(deps) } }));
  mount(service, operations.listQuarantined, async (_ctx, { query }) =>
    answer(200, { body: await listQuarantined(deps, query) }),
  );
  mount(service, operations.retryQuarantined, async (ctx) => answer(200, { body: await retryQuarantined(deps, ctx) }));
};
