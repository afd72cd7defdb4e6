import { type Running, startService } from "@nofx/track-kit";
import { buildApp } from "./app.ts";
import { createDeps, type Deps } from "./deps.ts";
import type { RegistryEnv } from "./env.ts";
import { createTenant } from "./tenants/create-tenant.ts";
import { findTenant } from "./tenants/tenant.store.ts";

const system = { subject: "system", role: "operator", correlationId: "start", tenantId: "" } as const;

/** Tokens of a trusted issuer belong to its tenant: the tenant must be there. */
const ensureIssuerTenants = async (deps: Deps): Promise<void> => {
  for (const { tenant } of deps.env.OIDC_ISSUERS) {
    if (!(await findTenant(deps.db, system, tenant))) await createTenant(deps, system, { id: tenant, name: tenant });
  }
};

/** Starts the registry: refuses a database role that may do too much, then listens. */
export const startRegistry = (env: RegistryEnv): Promise<Running<Deps>> =>
  startService({ deps: createDeps(env), buildApp, prepare: ensureIssuerTenants });
