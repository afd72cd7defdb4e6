import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { type Rated, recordRatingEvent, withRatingLocked } from "./change-rating.ts";
import { totalsIn } from "./rating.store.ts";
import { deleteRating } from "./rating-writes.store.ts";

/** Takes the caller's rating back; gives what it was, and the totals without it. @throws rating_not_found */
export const withdraw = async (deps: Deps, ctx: RequestContext, address: TemplateAddress): Promise<Rated> =>
  withRatingLocked(deps, ctx, address, async (trx, template, rating) => {
    if (!rating) throw problem("rating_not_found");
    await deleteRating(trx, ctx, address);
    const totals = await totalsIn(trx, address);
    const event = { type: "template.rating_withdrawn", template, before: undefined, rating, totals } as const;
    return { rating, totals, changeId: await recordRatingEvent(trx, ctx, deps.now(), event) };
  });
