import type { ProblemItem } from "@nofx/contract-kit";
import type { DependencyLock, KeptEnvironment, PromotionDifference } from "@nofx/contract-marketplace";
import { HttpProblem, type RequestContext } from "@nofx/service-kit";
import {
  type GivenValues,
  keptEnvironmentFindings,
  lockDigest,
  lockedPins,
  lockForEnvironment,
  pinnedAgents,
  resolveEnvironment,
  variablesFor,
} from "@nofx/template";
import type { Deps } from "../deps.ts";
import { chooseLock } from "../plans/choose-lock.ts";
import { type PlannedRun, plannedRun } from "../plans/planned-version.ts";
import { renderWith, usesAgents } from "../plans/render-template.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { visibleTemplate } from "../templates/get-template.ts";
import { asItem, type Kept, keptOf, type StoredEnvironment } from "./environment.rules.ts";
import { findDeclared, listKept } from "./environment.store.ts";
import { noPlan, promotionDifference, type RunningThere } from "./promotion.rules.ts";
import { declaredIn } from "./version-run.ts";

/** What is to be promoted: `name` to `to`. `variables` are what a caller would give, to compare plans. */
export interface Promotion {
  readonly name: string;
  readonly to: string;
  readonly variables: GivenValues;
}

/** What a promotion comes to, as long as nothing of what it is based on changes. */
export interface PlannedPromotion {
  /** What was kept, and which version was current. */
  readonly stored: readonly StoredEnvironment[];
  readonly currentVersion: string;
  readonly run: PlannedRun["version"];
  readonly kept: KeptEnvironment;
  readonly lock: DependencyLock | undefined;
  readonly digest: string | undefined;
  readonly difference: PromotionDifference;
  readonly warnings: ProblemItem[];
}

/** Why nothing may run in an environment at present; a registry that does not answer is no such reason. */
const noRunCodes = new Set(["environment_unknown", "dependencies_unsatisfiable", "dependencies_too_complex"]);

/** What runs in an environment now. Where nothing can run, that is told instead of a plan. */
const runningNow = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  { to, variables }: Promotion,
  { version, kept }: Pick<RunningThere, "version" | "kept">,
): Promise<RunningThere> => {
  try {
    const run = await plannedRun(deps, ctx, address, { environment: to });
    const chosen = usesAgents(run.version) ? await chooseLock(deps, ctx, run.version, run.environment, undefined) : {};
    const { lock } = { lock: undefined, ...chosen };
    return { version, kept, lock, rendering: renderWith(run, variables, lock) };
  } catch (error) {
    if (!(error instanceof HttpProblem) || !noRunCodes.has(error.code)) throw error;
    return { version, kept, rendering: noPlan(error.code, error.message) };
  }
};

/** What `to` keeps from then on: the version of `name`, and exactly its agents. */
const keptAfter = (run: PlannedRun, kept: Kept, to: string, lock: DependencyLock | undefined): KeptEnvironment => {
  const { document } = run.version;
  const promoted = { ...kept[to], version: document.version };
  return lock ? { ...promoted, agents: pinnedAgents(declaredIn({ document }), kept, to, lockedPins(lock)) } : promoted;
};

const isThere = (kept: Kept, declared: Readonly<Record<string, unknown>> | undefined, name: string): boolean =>
  Object.hasOwn(kept, name) || Object.hasOwn(declared ?? {}, name);

/** Whether both environments are there. @throws environment_not_found, environment_unknown, environment_invalid */
const mustBeThere = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  { name, to }: Promotion,
  { stored, currentVersion }: Pick<PlannedPromotion, "stored" | "currentVersion">,
): Promise<void> => {
  const kept = keptOf(stored);
  const [from, before] = [name, to].map((one) => kept[one]?.version ?? currentVersion) as [string, string];
  const declared = await findDeclared(deps.db, ctx, address, [...new Set([from, before])]);
  if (!isThere(kept, declared.get(from), name)) throw problem("environment_not_found");
  if (![from, before].some((version) => isThere(kept, declared.get(version), to))) {
    throw problem("environment_unknown", { detail: `There is no environment "${to}" to promote to.` });
  }
  if (name !== to) return;
  const message = "Name another environment than the one that is promoted";
  throw problem("environment_invalid", { errors: [{ path: "$.to", code: "same_environment", message }] });
};

/**
 * Finds out what a promotion comes to. The registry is asked here, before any transaction.
 * @throws environment_invalid if nothing could run in `to` afterwards
 */
export const planPromotion = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  promotion: Promotion,
): Promise<PlannedPromotion> => {
  const { name, to, variables } = promotion;
  const { currentVersion } = (await visibleTemplate(deps, ctx, address)).summary;
  const stored = await listKept(deps.db, ctx, address);
  await mustBeThere(deps, ctx, address, promotion, { stored, currentVersion });
  const run = await plannedRun(deps, ctx, address, { environment: name });
  const chosen = usesAgents(run.version)
    ? await chooseLock(deps, ctx, run.version, run.environment, undefined)
    : undefined;
  const lock = chosen && lockForEnvironment(chosen.lock, name, to);
  const before = keptOf(stored);
  const kept = keptAfter(run, before, to, lock);
  const { document } = run.version;
  const hands = [declaredIn({ document }), { ...before, [to]: kept }] as const;
  const warnings = keptEnvironmentFindings(...hands, to, variablesFor(document.content)).map(asItem);
  const resolved = resolveEnvironment(hands[0], to, hands[1]);
  if (!resolved.ok) throw problem("environment_invalid", { errors: warnings });
  const after = { version: run.version, environment: resolved.environment };
  const there = { version: before[to]?.version ?? currentVersion, kept: before[to] ?? {} };
  const difference = promotionDifference(await runningNow(deps, ctx, address, promotion, there), {
    version: document.version,
    kept,
    lock,
    rendering: renderWith(after, variables, lock),
  });
  const digest = lock && lockDigest(lock);
  return { stored, currentVersion, run: run.version, kept, lock, digest, difference, warnings };
};
