import { boundElsewhere, type RequestContext } from "@nofx/service-kit";
import type { TemplateAddress } from "./address.ts";

/**
 * Refuses a token that is bound to others than this template. What it names are its own tenant's: a template of the same
 * name elsewhere is another one. @throws agent_not_allowed, template_not_allowed
 */
export const mayChange = ({ bound, tenantId }: RequestContext, { tenant, templateId }: TemplateAddress): void => {
  if (!bound || (tenant === tenantId && bound.templates.has(templateId))) return;
  throw boundElsewhere(bound, "template");
};

/** The same for one of the caller's own. */
export const mayChangeOwn = (ctx: RequestContext, templateId: string): void =>
  mayChange(ctx, { tenant: ctx.tenantId, templateId });
