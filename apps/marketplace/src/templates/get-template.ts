import type { TemplateDetail, TemplateVersionSummary } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { findLineage, type Lineage } from "../forks/lineage.store.ts";
import { deprecationOf, type TemplateDeprecation } from "../lifecycle/deprecation.rules.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "./address.ts";
import { findTemplate, listVersions, type Template } from "./template.store.ts";

/** How many versions a template's detail shows. */
export const versionsShown = 100;

/** A template in full. */
export const templateDetail = (
  { summary, detail }: Template,
  versions: readonly TemplateVersionSummary[],
  lineage: Lineage,
): TemplateDetail => ({ ...summary, ...detail, versions: [...versions], ...lineage });

/** A disabled template is there for its own tenant only. */
const isHidden = (status: string, address: TemplateAddress, ctx: RequestContext): boolean =>
  status === "disabled" && address.tenant !== ctx.tenantId && ctx.role !== "service";

/** A template that the caller may see. @throws template_not_found */
export const visibleTemplate = async (deps: Deps, ctx: RequestContext, address: TemplateAddress): Promise<Template> => {
  const template = await findTemplate(deps.db, ctx, address);
  if (!template || isHidden(template.summary.status, address, ctx)) throw problem("template_not_found");
  return template;
};

/** One template with its highest versions, its revision, and whether it is deprecated. */
export const getTemplate = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
): Promise<{ template: TemplateDetail; revision: string; deprecation: TemplateDeprecation | undefined }> => {
  const [template, versions, lineage] = await Promise.all([
    visibleTemplate(deps, ctx, address),
    listVersions(deps.db, ctx, address, { limit: versionsShown }),
    findLineage(deps.db, ctx, address),
  ]);
  return {
    template: templateDetail(template, versions, lineage),
    revision: template.revision,
    deprecation: deprecationOf(template.summary),
  };
};
