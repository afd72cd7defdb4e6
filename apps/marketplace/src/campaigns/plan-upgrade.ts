import { campaignLimits, type TestReport, type UpgradePlan } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { noChecks } from "../checks/make-checks.ts";
import { comparisonOf } from "../comparison/comparison.rules.ts";
import type { Deps } from "../deps.ts";
import type { VersionsLookup } from "../plans/look-up-versions.ts";
import { runTemplateTests } from "../plans/run-template-tests.ts";
import { judgeManifest, publishChecked, toPublishable } from "../templates/publish-template.ts";
import { refusalIn, type ToldProblem, toldProblem } from "../told-problem.ts";
import { draftUpgrade, heldIn, type UpgradeDraft } from "./draft-upgrade.ts";
import type { PlannedLocks, UpgradedLock } from "./freshness.rules.ts";
import { otherMoves } from "./moves.rules.ts";
import { readLocked, type TemplateStanding } from "./read-standing.ts";
import { firstSatisfiable, narrowed, resolveUpgrade } from "./resolve-upgrade.ts";
import type { UpgradeOrder } from "./upgrade.rules.ts";
import { stepOf, verdictOf } from "./verdict.rules.ts";

/** An upgrade of one template, planned. */
export interface PlannedUpgrade {
  readonly fromVersion: string;
  readonly plan: UpgradePlan;
  readonly locks: PlannedLocks;
}

type Attempt<T> = { readonly value: T; readonly problem?: undefined } | { readonly problem: ToldProblem };

const attempted = async <T>(work: () => Promise<T>): Promise<Attempt<T>> => {
  try {
    return { value: await work() };
  } catch (error) {
    return { problem: toldProblem(refusalIn(error)) };
  }
};

const testsTold = ({ passed, failed, cases }: TestReport): NonNullable<UpgradePlan["tests"]> => {
  const failing = new Set(cases.filter((one) => !one.passed).map(({ name }) => name));
  return { passed, failed, failing: [...failing].slice(0, campaignLimits.toldMax) };
};

/** Runs the tests with the target, and with the highest and the lowest versions of all else. */
const testUpgrade = async (
  deps: Deps,
  ctx: RequestContext,
  { inline: document, digest }: UpgradeDraft,
  order: UpgradeOrder,
  lookup: VersionsLookup,
): Promise<TestReport> => {
  const tested = { tenant: ctx.tenantId, document, digest };
  // An environment without a lock may be pinned to another version; then the tests run with what is there.
  const { report } = await firstSatisfiable([narrowed(lookup, order), lookup], (each) =>
    runTemplateTests(deps, ctx, tested, each),
  );
  return report;
};

/** Why the new version could not be published; undefined if it could. */
const refusalOf = async (
  deps: Deps,
  ctx: RequestContext,
  { manifest }: UpgradeDraft,
  onto: string,
): Promise<ToldProblem | undefined> => {
  if (!manifest) return undefined;
  const options = { dryRun: true, draft: false, visibility: undefined, onto };
  // Its dependencies are resolved, and its tests run, by the plan itself.
  const check = async () => noChecks;
  const refused = await attempted(async () => {
    await publishChecked(deps, ctx, toPublishable(judgeManifest(manifest)), options, check);
  });
  return refused.problem;
};

const carriedOut = ({ current, stepsText }: TemplateStanding, { document }: UpgradeDraft) => {
  const { bump, plan } = comparisonOf({ document: current.document, stepsText }, { document, stepsText });
  const changes = plan.changes
    .slice(0, campaignLimits.toldMax)
    .map(({ kind, step, name, affectsExecution, sentence }) => ({
      kind,
      ...(step !== undefined && { step }),
      ...(name !== undefined && { name }),
      affectsExecution,
      sentence,
    }));
  return { bump, plan: { equivalent: plan.equivalent, changes } };
};

const agentsOf = ({ locks }: UpgradeDraft, order: UpgradeOrder): UpgradePlan["agents"] =>
  locks.flatMap((lock) => {
    const locked = heldIn(lock, order);
    if (locked === undefined || locked === order.to) return [];
    const { environment } = lock.stored;
    return [{ ...(environment !== undefined && { environment }), locked, bump: stepOf(locked, order.to) }];
  });

const planDraft = async (
  deps: Deps,
  ctx: RequestContext,
  standing: TemplateStanding,
  draft: UpgradeDraft,
  order: UpgradeOrder,
  lookup: VersionsLookup,
): Promise<PlannedUpgrade> => {
  const version = { tenant: ctx.tenantId, document: draft.inline, kept: standing.kept };
  const resolved = await attempted(async () => {
    const after: UpgradedLock[] = [];
    for (const lock of draft.locks) after.push(await resolveUpgrade(deps, ctx, version, lock, order, lookup));
    return { after, report: await testUpgrade(deps, ctx, draft, order, lookup) };
  });
  const conflict = resolved.problem;
  const { after, report } = conflict ? { after: [], report: undefined } : resolved.value;
  const refusal = conflict ? undefined : await refusalOf(deps, ctx, draft, standing.current.version);
  const agents = agentsOf(draft, order);
  const tests = report && testsTold(report);
  const problem = conflict ?? refusal;
  const { action, version: number, digest, ranges } = draft;
  const plan: UpgradePlan = {
    action,
    ...verdictOf({ target: order, agents, tests, conflict, refusal }),
    version: number,
    digest,
    ...carriedOut(standing, draft),
    agents,
    ranges: [...ranges],
    moves: otherMoves(
      draft.locks.map(({ stored }) => stored.lock),
      after,
      order,
    ),
    ...(tests && { tests }),
    ...(problem && { problem }),
  };
  const before = Object.fromEntries(
    standing.locks.map(({ stored: { environment = "", digest: kept } }) => [environment, kept]),
  );
  return { fromVersion: standing.current.version, plan, locks: { before, after } };
};

/**
 * Plans the upgrade of one template; undefined if it has none to make. Nothing is written.
 * @throws dependency_unavailable
 */
export const planUpgrade = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  order: UpgradeOrder,
  lookup: VersionsLookup,
): Promise<PlannedUpgrade | undefined> => {
  const drafted = await readLocked(deps, ctx, templateId, async (trx, standing) => {
    const draft = await draftUpgrade(trx, ctx, standing, order);
    return draft && { standing, draft };
  });
  return drafted && (await planDraft(deps, ctx, drafted.standing, drafted.draft, order, lookup));
};
