import type { StoredTestReport, TestReport } from "@nofx/contract-marketplace";
import { keptOrNew, type TenantTransaction } from "@nofx/db-kit";
import { invalidManifest } from "@nofx/document";
import type { RequestContext } from "@nofx/service-kit";
import { toTemplatePublication, validateTemplate } from "@nofx/template";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { withTemplateLocked } from "../templates/change-template.ts";
import { getTemplateVersion } from "../templates/get-template-version.ts";
import { inlinedPublication } from "../templates/judge-version.ts";
import { mayChange } from "../templates/may-change.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import type { Template } from "../templates/template.store.ts";
import { plannedVersion } from "./planned-version.ts";
import { runTemplateTests } from "./run-template-tests.ts";
import { findTestReport, saveTestReport } from "./test-report.store.ts";

/** Runs the tests of what somebody is about to publish. @throws manifest_invalid */
export const testManifest = async (deps: Deps, ctx: RequestContext, input: unknown): Promise<TestReport> => {
  const judged = validateTemplate(input);
  if (!judged.valid) throw problem("manifest_invalid", invalidManifest(judged.errors, judged.warnings));
  const publication = toTemplatePublication(judged.manifest);
  const document = inlinedPublication(publication);
  const version = { tenant: ctx.tenantId, document, digest: publication.digest };
  return (await runTemplateTests(deps, ctx, version)).report;
};

interface TestedVersion {
  readonly stored: StoredTestReport;
  readonly changeId: string;
}

/** Runs the tests of one of the tenant's versions, before the transaction that keeps the report. */
const testAnew = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  version: string,
): Promise<TestedVersion> => {
  const address = { tenant: ctx.tenantId, templateId };
  mayChange(ctx, address);
  const { document, summary } = await plannedVersion(deps, ctx, address, version);
  const tested = { tenant: address.tenant, document, digest: summary.digest };
  const { report, isPublic } = await runTemplateTests(deps, ctx, tested);
  const keep = async (trx: TenantTransaction<DB>, template: Template | undefined, at: Date) => {
    if (!template) throw problem("template_not_found");
    const stored: StoredTestReport = { report, testedAt: at.toISOString(), testedBy: ctx.subject };
    await saveTestReport(trx, address, version, stored, isPublic);
    const changeId = await recordTemplateEvent(trx, ctx, at, {
      type: "template.version_tested",
      before: template,
      after: template,
      version,
      details: { passed: report.passed, failed: report.failed },
      isUnreleased: !isPublic || summary.status === "draft",
    });
    return { stored, changeId };
  };
  return await withTemplateLocked(deps, ctx, templateId, keep, { dryRun: false });
};

/** The same, and for a request that comes again its first answer, also while the registry is down. */
export const testVersion = (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  version: string,
): Promise<TestedVersion> => keptOrNew(deps.db, ctx, () => testAnew(deps, ctx, templateId, version));

/** The report that is kept with a version. @throws test_report_not_found */
export const getTestReport = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  version: string,
): Promise<StoredTestReport> => {
  await getTemplateVersion(deps, ctx, address, version);
  const stored = await findTestReport(deps.db, ctx, address, version);
  if (!stored) throw problem("test_report_not_found");
  return stored;
};
