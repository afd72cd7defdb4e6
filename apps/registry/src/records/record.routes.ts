import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { getRecords, listRecordKeys, listRecords } from "./read-agent-records.ts";

const { listAgentRecords, listAgentRecordKeys, getAgentRecords } = registryContract.operations;

export const recordRoutes = (service: Service, deps: Deps): void => {
  mount(service, listAgentRecords, async (ctx, { query }) =>
    answer(200, { body: await listRecords(deps, ctx, query) }),
  );

  mount(service, listAgentRecordKeys, async (ctx, { query }) =>
    answer(200, { body: await listRecordKeys(deps, ctx, query) }),
  );

  mount(service, getAgentRecords, async (ctx, { body }) =>
    answer(200, { body: { records: await getRecords(deps, ctx, body.keys) } }),
  );
};
