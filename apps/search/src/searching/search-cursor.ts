import { createHash } from "node:crypto";
import type { SearchRequest } from "@nofx/search-core";
import { type CursorCodec, cursorCodec } from "@nofx/service-kit";
import { z } from "zod";
import { problem } from "../problem.ts";

/** Where a page of hits ended. */
const SearchPosition = z.object({
  /** The search that the page is of: all of its pages are one. */
  search: z.uuid(),
  /** As the engine gave it. */
  after: z.string().max(600),
});
export type SearchPosition = z.infer<typeof SearchPosition>;

/**
 * Cursors of one search: good for what was asked and the order it was asked in, whoever asks. They tell a place in the
 * order, not in an index: with one that has been rebuilt meanwhile the search goes on.
 */
export const searchCursors = ({
  query: { groups, excluded, filters },
  sort,
}: Pick<SearchRequest, "query" | "sort">): CursorCodec<SearchPosition> => {
  const all = JSON.stringify([groups, excluded, filters, sort]);
  const fingerprint = createHash("sha256").update(all).digest("base64url").slice(0, 22);
  return cursorCodec(`search ${fingerprint}`, SearchPosition);
};

/** An engine's verdict on a place that it never gave: cursors come from outside. */
const isUnreadable = (error: unknown): boolean => {
  if (error instanceof SyntaxError || error instanceof z.ZodError) return true;
  const { code } = error as { readonly code?: unknown };
  // Class 22 of SQLSTATE: values that are none of their type, or beyond it.
  return typeof code === "string" && /^22...$/.test(code);
};

/** Searches from a place on. @throws `cursor_invalid` if the engine cannot read it */
export const fromPlace = async <T>(position: SearchPosition | undefined, search: () => Promise<T>): Promise<T> => {
  try {
    return await search();
  } catch (error) {
    throw position && isUnreadable(error) ? problem("cursor_invalid") : error;
  }
};
