import type { TemplateDetail, TemplateRating, TemplateVersionSummary } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { findRating } from "../ratings/rating.store.ts";
import type { TemplateAddress } from "./address.ts";
import { findTemplate, listVersions, type Template } from "./template.store.ts";

/** How many versions a template's detail shows. */
export const versionsShown = 100;

/** A template in full. */
export const templateDetail = (
  { summary, detail }: Template,
  versions: readonly TemplateVersionSummary[],
  rating: TemplateRating,
): TemplateDetail => ({ ...summary, ...detail, versions: [...versions], rating });

/** A disabled template is there for its own tenant only. */
const isHidden = (status: string, address: TemplateAddress, ctx: RequestContext): boolean =>
  status === "disabled" && address.tenant !== ctx.tenantId && ctx.role !== "service";

/** A template that the caller may see. @throws template_not_found */
export const visibleTemplate = async (deps: Deps, ctx: RequestContext, address: TemplateAddress): Promise<Template> => {
  const template = await findTemplate(deps.db, ctx, address);
  if (!template || isHidden(template.summary.status, address, ctx)) throw problem("template_not_found");
  return template;
};

/** One template with its highest versions, and its revision. */
export const getTemplate = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
): Promise<{ template: TemplateDetail; revision: string }> => {
  const [template, versions, rating] = await Promise.all([
    visibleTemplate(deps, ctx, address),
    listVersions(deps.db, ctx, address, { limit: versionsShown }),
    findRating(deps.db, ctx, address),
  ]);
  return { template: templateDetail(template, versions, rating), revision: template.revision };
};
