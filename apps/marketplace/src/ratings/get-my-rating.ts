import type { OwnRating } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { visibleTemplate } from "../templates/get-template.ts";
import { findOwnRating } from "./rating.store.ts";

/** The caller's rating of a template that the caller may see. @throws rating_not_found */
export const getMyRating = async (deps: Deps, ctx: RequestContext, address: TemplateAddress): Promise<OwnRating> => {
  await visibleTemplate(deps, ctx, address);
  const rating = await findOwnRating(deps.db, ctx, address);
  if (!rating) throw problem("rating_not_found");
  return rating;
};
