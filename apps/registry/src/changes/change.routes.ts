import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { listChanges } from "./list-changes.ts";

const { operations } = registryContract;

export const changeRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.listChanges, async (ctx, { query }) =>
    answer(200, {
      body: await listChanges(deps, ctx, query),
    }),
  );
};
