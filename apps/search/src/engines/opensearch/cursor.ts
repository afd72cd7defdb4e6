import type { SearchSort } from "@nofx/search-core";
import { z } from "zod";

const place = (first: z.ZodType<string | number>) => z.tuple([first, z.string().max(300)]);

const cursorWith = (first: z.ZodType<string | number>) =>
  z.object({
    mode: z.enum(["all", "some"]),
    place: place(first),
    /** Day of the first page: freshness must not change between pages. */
    today: z.int().min(0).max(100_000),
  });

const byNumber = cursorWith(z.number());
const byText = cursorWith(z.string().max(300));

/** Where a page ended. */
export type Cursor = z.infer<typeof byNumber>;

export const cursorText = (cursor: Cursor): string => JSON.stringify(cursor);

/** @throws what the caller turns into a bad request, if the text is none of ours */
export const readCursor = (text: string, sort: SearchSort): Cursor =>
  (sort === "name" ? byText : byNumber).parse(JSON.parse(text));
