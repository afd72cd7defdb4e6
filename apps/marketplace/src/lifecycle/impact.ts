import { type TemplateImpact, templateImpactMax } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Template } from "../templates/template.store.ts";
import { listDependents } from "./dependency.store.ts";
import { changedFields, judgeDependent } from "./impact.rules.ts";
import { listVersionsAbove } from "./lifecycle.store.ts";

/** What a change of a template means, and to whom of those the caller may see. */
export const impactOf = async (
  trx: TenantTransaction<DB>,
  before: Template,
  after: Template,
): Promise<TemplateImpact> => {
  const versionsAbove = await listVersionsAbove(trx, after.summary, after.summary.currentVersion, templateImpactMax);
  const dependents = await listDependents(trx, after.summary, templateImpactMax + 1);
  return {
    fields: changedFields({ ...before.summary, ...before.detail }, { ...after.summary, ...after.detail }),
    versionsAbove,
    dependents: dependents.slice(0, templateImpactMax).map((each) => judgeDependent(each, after.summary)),
    dependentsTruncated: dependents.length > templateImpactMax,
  };
};
