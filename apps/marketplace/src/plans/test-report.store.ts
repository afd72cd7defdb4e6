import { canonicalForm } from "@nofx/canonical";
import type { StoredTestReport, TestReport } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";

export const findTestReport = async (
  db: Database<DB>,
  scope: TenantScope,
  { tenant, templateId }: TemplateAddress,
  version: string,
): Promise<StoredTestReport | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("template_test_reports")
      .select(["report", "tested_at", "tested_by"])
      .where("tenant_id", "=", tenant)
      .where("template_id", "=", templateId)
      .where("version", "=", version),
  );
  return (
    row && {
      report: JSON.parse(row.report) as TestReport,
      testedAt: row.tested_at.toISOString(),
      testedBy: row.tested_by,
    }
  );
};

/** Keeps a report, in the place of the one before. */
export const saveTestReport = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  version: string,
  { report, testedAt, testedBy }: StoredTestReport,
  isPublic: boolean,
): Promise<void> => {
  const columns = {
    report: canonicalForm(report),
    passed: report.passed,
    failed: report.failed,
    visibility: isPublic ? "public" : "private",
    tested_at: testedAt,
    tested_by: testedBy,
  };
  await trx
    .insertInto("template_test_reports")
    .values({ tenant_id: tenant, template_id: templateId, version, ...columns })
    .onConflict((conflict) => conflict.columns(["tenant_id", "template_id", "version"]).doUpdateSet(columns))
    .execute();
};
