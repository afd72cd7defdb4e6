import type { TemplatePublishResult, TestBadge } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import { lockedResources } from "../plans/lock.rules.ts";
import { type LockAddress, saveLock } from "../plans/lock.store.ts";
import type { LockFor, TestRun } from "../plans/run-template-tests.ts";
import { saveTestReport } from "../plans/test-report.store.ts";
import type { Checks } from "./make-checks.ts";

/** The locks that say anything: what wants nothing has none. */
const locksIn = ({ run }: Checks): LockFor[] =>
  (run?.locks ?? []).filter(({ lock }) => lockedResources(lock).length > 0);

/** The run, if there was anything to run. */
const testsIn = ({ run }: Checks): TestRun | undefined =>
  run && run.report.passed + run.report.failed > 0 ? run : undefined;

/** Keeps what was found out about a version: its locks and the report of its tests. */
export const keepChecks = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  version: Omit<LockAddress, "environment">,
  checks: Checks,
): Promise<TestBadge | undefined> => {
  const [when, by] = [at.toISOString(), ctx.subject];
  for (const { environment, lock, digest, isPublic } of locksIn(checks)) {
    const stored = { ...(environment !== undefined && { environment }), lock, digest, lockedAt: when, lockedBy: by };
    await saveLock(trx, { ...version, environment }, { stored, isPublic });
  }
  const tests = testsIn(checks);
  if (!tests) return undefined;
  const { report, isPublic } = tests;
  await saveTestReport(trx, version, version.version, { report, testedAt: when, testedBy: by }, isPublic);
  return { passed: report.passed, failed: report.failed, testedAt: when };
};

/** What is said of the checks where a version is published. */
export const checksTold = (checks: Checks): Pick<TemplatePublishResult, "lock" | "tests"> => {
  const own = locksIn(checks).find(({ environment }) => environment === undefined);
  const report = testsIn(checks)?.report;
  return {
    ...(own && { lock: { digest: own.digest } }),
    ...(report && { tests: { passed: report.passed, failed: report.failed } }),
  };
};

/** What the feed tells of the checks: nothing that others than the tenant may not read. */
export const checksInFeed = (checks: Checks): Readonly<Record<string, unknown>> => {
  const { run, overridden } = checks;
  const { lock, tests } = checksTold(checks);
  return {
    ...(run?.locks[0]?.isPublic && lock && { lock: lock.digest }),
    ...(run?.isPublic && tests && { tests }),
    ...(overridden && { forced: true, failed: overridden.code }),
  };
};

/** What only the audit log tells: what was overridden by force. */
export const overriddenInAudit = ({ overridden }: Checks): Readonly<Record<string, unknown>> => {
  if (!overridden) return {};
  const { detail, errors } = overridden.details;
  return { overridden: { code: overridden.code, detail, ...(errors && { errors: errors.slice(0, 20) }) } };
};
