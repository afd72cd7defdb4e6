import { assertLeastPrivilege } from "@nofx/db-kit";
import type { Service } from "@nofx/service-kit";
import { buildApp } from "./app.ts";
import { createDeps, type Deps } from "./deps.ts";
import type { RegistryEnv } from "./env.ts";
import { createTenant } from "./tenants/create-tenant.ts";
import { findTenant } from "./tenants/tenant.store.ts";

/** A running service. */
export interface Running {
  readonly service: Service;
  readonly deps: Deps;
  readonly url: string;
  /** Stops accepting, lets requests finish, closes connections. */
  stop(): Promise<void>;
}

const system = { subject: "system", role: "operator", correlationId: "start", tenantId: "" } as const;

/** Tokens of a trusted issuer belong to its tenant: the tenant must be there. */
const ensureIssuerTenants = async (deps: Deps): Promise<void> => {
  for (const { tenant } of deps.env.OIDC_ISSUERS) {
    if (!(await findTenant(deps.db, system, tenant))) await createTenant(deps, system, { id: tenant, name: tenant });
  }
};

/** Starts the registry: refuses a database role that may do too much, then listens. */
export const startRegistry = async (env: RegistryEnv): Promise<Running> => {
  const deps = createDeps(env);
  try {
    await assertLeastPrivilege(deps.db);
    await ensureIssuerTenants(deps);
    const service = await buildApp(deps);
    const url = await service.fastify.listen({ host: env.HOST, port: env.PORT });
    deps.log.info({ url }, "listening");
    const stop = async (): Promise<void> => {
      await service.fastify.close();
      await deps.close();
    };
    return { service, deps, url, stop };
  } catch (error) {
    await deps.close();
    throw error;
  }
};
