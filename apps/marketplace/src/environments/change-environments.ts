import type { KeptEnvironment } from "@nofx/contract-marketplace";
import { inTenant, recordEvent, shareLockUntilEnd, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { isStateOf } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { mayChange } from "../templates/may-change.ts";
import { templateLock } from "../templates/template.rules.ts";
import type { Template } from "../templates/template.store.ts";
import { findLocked } from "../templates/version.store.ts";
import { revisionOfNone, type StoredEnvironment, type SwitchedPrompt } from "./environment.rules.ts";
import { listDeploymentsIn, listKeptIn } from "./environment.store.ts";

/** A template and what the caller's tenant keeps of its environments, while nobody changes either. */
export interface EnvironmentsStanding {
  readonly template: Template;
  readonly stored: readonly StoredEnvironment[];
  readonly deployments: readonly SwitchedPrompt[];
}

/**
 * Runs a write that concerns what the caller's tenant keeps of a template's environments. No other such write runs
 * meanwhile, and none of the template; those of other tenants do. @throws template_not_found
 */
export const withEnvironmentsLocked = async <T>(
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  work: (trx: TenantTransaction<DB>, standing: EnvironmentsStanding) => Promise<T>,
  options: { readonly dryRun: boolean },
): Promise<T> => {
  const { tenant, templateId } = address;
  mayChange(ctx, address);
  const lock = `environments ${JSON.stringify([ctx.tenantId, tenant, templateId])}`;
  const locked = async (trx: TenantTransaction<DB>): Promise<T> => {
    await shareLockUntilEnd(trx, templateLock(tenant, templateId));
    const template = await findLocked(trx, address);
    if (!template) throw problem("template_not_found");
    const stored = await listKeptIn(trx, ctx, address);
    return await work(trx, { template, stored, deployments: await listDeploymentsIn(trx, address) });
  };
  return await inTenant(deps.db, ctx, locked, { ...options, lock });
};

/** What is kept under a name, in the state that the caller knows. @throws precondition_failed */
export const keptInState = (
  ctx: RequestContext,
  stored: readonly StoredEnvironment[],
  name: string,
): StoredEnvironment | undefined => {
  const before = stored.find((one) => one.name === name);
  if (!isStateOf(ctx.ifMatch, before?.revision ?? revisionOfNone)) throw problem("precondition_failed");
  return before;
};

/** What has happened to an environment. */
export interface EnvironmentEvent {
  readonly type: "template.environment_changed" | "template.environment_removed" | "template.environment_promoted";
  readonly environment: string;
  readonly version: string;
  readonly before: KeptEnvironment | undefined;
  readonly after: KeptEnvironment | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Writes the audit entry and the change of an event, for the tenant that keeps the environment and nobody else. Another
 * tenant's template is called `tenant/template` there: the tenant may have one of the same name.
 */
export const recordEnvironmentEvent = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  { tenant, templateId }: TemplateAddress,
  { type, environment, version, before, after, details }: EnvironmentEvent,
): Promise<string> =>
  await recordEvent(trx, ctx, at, {
    type,
    visibility: "private",
    resourceType: "template",
    resourceId: tenant === ctx.tenantId ? templateId : `${tenant}/${templateId}`,
    version,
    data: { environment, ...details, ...(before && { before }), ...(after && { after }) },
  });
