import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { createTenant } from "./create-tenant.ts";
import { listTenants } from "./list-tenants.ts";

const { operations } = registryContract;

export const tenantRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.createTenant, async (ctx, { body }) =>
    answer(201, {
      body: { tenant: await createTenant(deps, ctx, body) },
    }),
  );
  mount(service, operations.listTenants, async (ctx, { query }) =>
    answer(200, { body: await listTenants(deps, ctx, query) }),
  );
};
