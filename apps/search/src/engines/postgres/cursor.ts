import { z } from "zod";

const Cursor = z.object({
  mode: z.enum(["all", "some"]),
  value: z.union([z.number(), z.string().max(200)]),
  key: z.string().max(300),
  /** Day of the first page: freshness must not change between pages. */
  today: z.number(),
});

/** Where a page ended. */
export type Cursor = z.infer<typeof Cursor>;

export const cursorText = (cursor: Cursor): string => JSON.stringify(cursor);

/** @throws what the caller turns into a bad request, if the text is none of ours */
export const readCursor = (text: string): Cursor => Cursor.parse(JSON.parse(text));
