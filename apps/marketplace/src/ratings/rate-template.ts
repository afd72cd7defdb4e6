import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { timeAfter } from "../templates/template.rules.ts";
import type { Template } from "../templates/template.store.ts";
import { findVersion } from "../templates/version.store.ts";
import { type Rated, recordRatingEvent, withRatingLocked } from "./change-rating.ts";
import { totalsIn } from "./rating.store.ts";
import { saveRating } from "./rating-writes.store.ts";
import { isSameOpinion } from "./ratings.rules.ts";

export interface RatingOrder {
  readonly rating: number;
  readonly comment?: string | undefined;
  readonly version?: string | undefined;
}

/** The version that is rated. @throws version_not_found */
const ratedVersion = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId, currentVersion }: Template["summary"],
  version: string = currentVersion,
): Promise<string> => {
  if (version === currentVersion) return version;
  const found = await findVersion(trx, { tenant, templateId }, version);
  if (found?.version !== version || found.summary.status === "draft") throw problem("version_not_found");
  return version;
};

/**
 * Keeps the caller's rating of another tenant's template, in the place of the one before, and counts it in the same
 * transaction. The same again changes nothing and tells nobody.
 */
export const rate = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  order: RatingOrder,
): Promise<Rated & { readonly outcome: "created" | "changed" | "unchanged" }> =>
  withRatingLocked(deps, ctx, address, async (trx, template, before) => {
    if (address.tenant === ctx.tenantId) throw problem("own_template");
    const version = await ratedVersion(trx, template.summary, order.version);
    const opinion = { version, rating: order.rating, ...(order.comment && { comment: order.comment }) };
    if (before && isSameOpinion(before, opinion)) {
      return { outcome: "unchanged", rating: before, totals: await totalsIn(trx, address) };
    }
    const at = timeAfter(deps.now(), before?.updatedAt);
    const rating = await saveRating(trx, ctx, address, opinion, at);
    const totals = await totalsIn(trx, address);
    const changeId = await recordRatingEvent(trx, ctx, at, {
      type: "template.rated",
      template,
      before,
      rating,
      totals,
    });
    return { outcome: before ? "changed" : "created", rating, totals, changeId };
  });
