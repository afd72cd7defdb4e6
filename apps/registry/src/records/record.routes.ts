import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { getRecords, listRecords } from "./read-agent-records.ts";

const { listAgentRecords, getAgentRecords } = registryContract.operations;

export const recordRoutes = (service: Service, deps: Deps): void => {
  mount(service, listAgentRecords, async (ctx, { query }) =>
    answer(200, { body: await listRecords(deps, ctx, query) }),
  );

  mount(service, getAgentRecords, async (ctx, { body }) =>
    answer(200, { body: { records: await getRecords(deps, ctx, body.keys) } }),
  );
};
