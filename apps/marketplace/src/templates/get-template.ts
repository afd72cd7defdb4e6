import type { TemplateDetail, TemplateRating, TemplateVersionSummary } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { findLineage, type Lineage, lineageNow } from "../forks/lineage.store.ts";
import { deprecationOf, type TemplateDeprecation } from "../lifecycle/deprecation.rules.ts";
import { problem } from "../problem.ts";
import { findRating, ratingIn } from "../ratings/rating.store.ts";
import type { TemplateAddress } from "./address.ts";
import { findTemplate, listVersions, type Template } from "./template.store.ts";
import { highestVersions } from "./version.store.ts";

/** How many versions a template's detail shows. */
const versionsShown = 100;

/** What a template's detail shows beside the template itself. */
interface Surroundings {
  readonly versions: readonly TemplateVersionSummary[];
  readonly lineage: Lineage;
  readonly rating: TemplateRating;
}

const inFull = ({ summary, detail }: Template, { versions, lineage, rating }: Surroundings): TemplateDetail => ({
  ...summary,
  ...detail,
  versions: [...versions],
  ...lineage,
  rating,
});

/** A template in full, as a transaction leaves it. */
export const templateDetail = async (trx: TenantTransaction<DB>, template: Template): Promise<TemplateDetail> => {
  const { tenant, templateId } = template.summary;
  const address = { tenant, templateId };
  const versions = await highestVersions(trx, address, versionsShown);
  return inFull(template, { versions, lineage: await lineageNow(trx, address), rating: await ratingIn(trx, address) });
};

/** A template that the caller may see; the policies know who that is. @throws template_not_found */
export const visibleTemplate = async (deps: Deps, ctx: RequestContext, address: TemplateAddress): Promise<Template> => {
  const template = await findTemplate(deps.db, ctx, address);
  if (!template) throw problem("template_not_found");
  return template;
};

/** One template with its highest versions, its revision, and whether it is deprecated. */
export const getTemplate = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
): Promise<{ template: TemplateDetail; revision: string; deprecation: TemplateDeprecation | undefined }> => {
  const [template, versions, lineage, rating] = await Promise.all([
    visibleTemplate(deps, ctx, address),
    listVersions(deps.db, ctx, address, { limit: versionsShown }),
    findLineage(deps.db, ctx, address),
    findRating(deps.db, ctx, address),
  ]);
  return {
    template: inFull(template, { versions, lineage, rating }),
    revision: template.revision,
    deprecation: deprecationOf(template.summary),
  };
};
