import type { RequestContext } from "@nofx/service-kit";
import { problem } from "../problem.ts";

/** A template's full name. */
export interface TemplateAddress {
  readonly tenant: string;
  readonly templateId: string;
}

/**
 * Which template a request means: that of the tenant it names, else the caller's own. Never "any tenant's": whoever
 * registers an id first elsewhere would answer for it.
 */
export const addressOf = (ctx: RequestContext, templateId: string, tenant: string | undefined): TemplateAddress => {
  const owner = tenant ?? ctx.tenantId;
  if (!owner) throw problem("template_not_found", { detail: "Name the tenant whose template you mean: `?tenant=`." });
  return { tenant: owner, templateId };
};
