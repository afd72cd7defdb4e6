import type { ProblemItem } from "@nofx/contract-kit";
import type { EnvironmentState, PromotionDifference } from "@nofx/contract-marketplace";
import { keptOrNew, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { findKeptLock, saveLock } from "../plans/lock.store.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { mayChange } from "../templates/may-change.ts";
import { timeAfter } from "../templates/template.rules.ts";
import {
  type EnvironmentsStanding,
  keptInState,
  recordEnvironmentEvent,
  withEnvironmentsLocked,
} from "./change-environments.ts";
import { isSameKept } from "./environment.rules.ts";
import { saveKept } from "./environment.store.ts";
import { type PlannedPromotion, type Promotion, planPromotion } from "./plan-promotion.ts";
import { stateAfter, withStored } from "./version-run.ts";

/** What became of a promotion. */
export interface PromotionResult {
  readonly outcome: "changed" | "unchanged";
  readonly dryRun: boolean;
  readonly environment: EnvironmentState;
  readonly difference: PromotionDifference;
  readonly lock?: { readonly digest: string; readonly kept: boolean };
  readonly warnings: ProblemItem[];
  readonly changeId?: string;
}

/** What a promotion is based on has changed since. */
class Moved extends Error {}

/** How often a promotion is planned anew because something has changed meanwhile. */
const attemptsMax = 3;

const basisOf = ({ stored }: Pick<PlannedPromotion, "stored">, currentVersion: string): string =>
  JSON.stringify([currentVersion, stored.map(({ name, revision }) => [name, revision])]);

/** Keeps the lock with the tenant's own version; says whether it was another one. */
const keepLock = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  address: TemplateAddress,
  to: string,
  { lock, digest, run }: PlannedPromotion,
  at: Date,
): Promise<boolean> => {
  if (!lock || digest === undefined || address.tenant !== ctx.tenantId) return false;
  const place = { ...address, version: run.document.version, environment: to };
  const before = await findKeptLock(trx, place);
  if (before?.stored.digest === digest) return false;
  const stored = { environment: to, lock, digest, lockedAt: at.toISOString(), lockedBy: ctx.subject };
  await saveLock(trx, place, { stored, isPublic: false });
  return true;
};

const carriedOut = async (
  trx: TenantTransaction<DB>,
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  standing: EnvironmentsStanding,
  { promotion, planned, dryRun }: { promotion: Promotion; planned: PlannedPromotion; dryRun: boolean },
): Promise<PromotionResult> => {
  const { name, to } = promotion;
  const { run, kept, difference, warnings, digest } = planned;
  const before = standing.stored.find((one) => one.name === to);
  const at = timeAfter(deps.now(), before?.updatedAt);
  const hasNewLock = await keepLock(trx, ctx, address, to, planned, at);
  const version = run.document.version;
  const told = {
    dryRun,
    difference,
    warnings,
    ...(digest !== undefined && { lock: { digest, kept: address.tenant === ctx.tenantId } }),
  };
  const stateOf = (stored: EnvironmentsStanding["stored"]) =>
    stateAfter(standing, { version, document: run.document }, stored, to);
  if (before && isSameKept(before.kept, kept) && !hasNewLock) {
    return { outcome: "unchanged", environment: stateOf(standing.stored), ...told };
  }
  const saved = await saveKept(trx, ctx, address, to, { kept, at });
  const changeId = await recordEnvironmentEvent(trx, ctx, at, address, {
    type: "template.environment_promoted",
    environment: to,
    version,
    before: before?.kept,
    after: kept,
    details: { from: name, agents: difference.agents, ...(digest !== undefined && { lock: digest }) },
  });
  const environment = stateOf(withStored(standing.stored, saved));
  return { outcome: "changed", environment, ...told, ...(!dryRun && { changeId }) };
};

const promoteAnew = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  promotion: Promotion,
  options: { readonly dryRun: boolean },
): Promise<PromotionResult> => {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    mayChange(ctx, address);
    const planned = await planPromotion(deps, ctx, address, promotion);
    const basis = basisOf(planned, planned.currentVersion);
    const carryOut = async (trx: TenantTransaction<DB>, standing: EnvironmentsStanding): Promise<PromotionResult> => {
      keptInState(ctx, standing.stored, promotion.name);
      if (basisOf(standing, standing.template.summary.currentVersion) !== basis) throw new Moved();
      return await carriedOut(trx, deps, ctx, address, standing, { promotion, planned, ...options });
    };
    try {
      return await withEnvironmentsLocked(deps, ctx, address, carryOut, options);
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    }
  }
  throw problem("unavailable", { detail: "The environments change all the time; try again later." });
};

/**
 * Makes what runs in one environment run in another. It is planned before the transaction, which asks the registry, and
 * carried out only if nothing that it is based on has changed meanwhile; otherwise it is planned anew.
 * A request that comes again gets its first answer, and needs no registry.
 */
export const promoteEnvironment = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  promotion: Promotion,
  options: { readonly dryRun: boolean },
): Promise<PromotionResult> => {
  const work = () => promoteAnew(deps, ctx, address, promotion, options);
  return options.dryRun ? await work() : await keptOrNew(deps.db, ctx, work);
};
