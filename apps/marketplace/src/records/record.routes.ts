import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { getRecords, listRecordKeys, listRecords } from "./read-template-records.ts";

const { listTemplateRecords, listTemplateRecordKeys, getTemplateRecords } = marketplaceContract.operations;

export const recordRoutes = (service: Service, deps: Deps): void => {
  mount(service, listTemplateRecords, async (ctx, { query }) =>
    answer(200, { body: await listRecords(deps, ctx, query) }),
  );

  mount(service, listTemplateRecordKeys, async (ctx, { query }) =>
    answer(200, { body: await listRecordKeys(deps, ctx, query) }),
  );

  mount(service, getTemplateRecords, async (ctx, { body }) =>
    answer(200, { body: { records: await getRecords(deps, ctx, body.keys) } }),
  );
};
