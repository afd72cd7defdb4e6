import type { OwnRating, RatingTotals } from "@nofx/contract-marketplace";
import { inTenant, recordEvent, shareLockUntilEnd, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { isPublic } from "../templates/record-template-event.ts";
import { templateLock } from "../templates/template.rules.ts";
import type { Template } from "../templates/template.store.ts";
import { findLocked } from "../templates/version.store.ts";
import { ownRatingOf } from "./rating.store.ts";

/** A rating that was given or withdrawn, and what all add up to now. */
export interface Rated {
  readonly rating: OwnRating;
  readonly totals: RatingTotals;
  /** None if nothing has changed. */
  readonly changeId?: string;
}

/**
 * Runs a write that concerns the caller's rating of a template, whether there is one yet or not. No other write of the same
 * rating runs meanwhile, and none of the template: it stays as visible as it is. Raters share the latter lock.
 * @throws template_not_found
 */
export const withRatingLocked = async <T>(
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  work: (trx: TenantTransaction<DB>, template: Template, before: OwnRating | undefined) => Promise<T>,
): Promise<T> => {
  const { tenant, templateId } = address;
  const lock = `rating ${JSON.stringify([ctx.tenantId, ctx.subject, tenant, templateId])}`;
  const locked = async (trx: TenantTransaction<DB>): Promise<T> => {
    await shareLockUntilEnd(trx, templateLock(tenant, templateId));
    const template = await findLocked(trx, address);
    if (!template) throw problem("template_not_found");
    return await work(trx, template, await ownRatingOf(trx, ctx, address));
  };
  return await inTenant(deps.db, ctx, locked, { lock });
};

/**
 * The feed tells whoever may read the template what its ratings add up to, and not who rated how: that is in the audit log
 * of the rater's tenant.
 */
export const recordRatingEvent = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  event: {
    readonly type: "template.rated" | "template.rating_withdrawn";
    readonly template: Template;
    readonly before: OwnRating | undefined;
    readonly rating: OwnRating;
    readonly totals: RatingTotals;
  },
): Promise<string> => {
  const { type, template, before, rating, totals } = event;
  const { tenant, templateId, kind, currentVersion, visibility } = template.summary;
  return await recordEvent(trx, ctx, at, {
    type,
    owner: tenant,
    visibility: isPublic(template) ? "public" : "private",
    resourceType: "template",
    resourceId: templateId,
    version: rating.version,
    data: { kind, rating: totals, currentVersion, visibility },
    details: { tenant, rating: rating.rating, ...(before && { from: before.rating }) },
  });
};
