import { Timestamp } from "@nofx/contract-kit";
import type { ListedRating } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { visibleTemplate } from "../templates/get-template.ts";
import { listRatingsOf } from "./rating.store.ts";

export interface RatingQuery {
  readonly version?: string | undefined;
  readonly stars?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The database knows no year 0. */
const position = z.object({ at: Timestamp.regex(/^(?!0000)/), id: z.uuid() });

/** A template's ratings, latest changed first. */
export const listRatings = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  { limit, cursor, ...filter }: RatingQuery,
): Promise<{ ratings: ListedRating[]; nextCursor?: string }> => {
  const list = JSON.stringify(["ratings", address.tenant, address.templateId, filter.version, filter.stars]);
  const cursors = cursorCodec(list, position);
  const after = cursors.decode(cursor);
  await visibleTemplate(deps, ctx, address);
  const rows = await listRatingsOf(deps.db, ctx, address, { ...filter, after, limit: limit + 1 });
  const { items, ...rest } = toPage(rows, limit, ({ updatedAt, id }) => cursors.encode({ at: updatedAt, id }));
  return { ratings: items, ...rest };
};
