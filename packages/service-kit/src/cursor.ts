import { z } from "zod";
import { coreProblem } from "./http-problem.ts";

/** Turns the sort key of a page's last item into an opaque cursor, and back. */
export interface CursorCodec<T> {
  encode(key: T): string;
  /** @throws `cursor_invalid` for anything that this codec did not make for the same list. */
  decode(cursor: string | undefined): T | undefined;
}

/** A codec for one kind of list. `list` names it together with whatever else the cursor depends on. */
export const cursorCodec = <Schema extends z.ZodType>(list: string, key: Schema): CursorCodec<z.output<Schema>> => {
  const envelope = z.tuple([z.literal(list), key]);
  return {
    encode: (value) => Buffer.from(JSON.stringify([list, value])).toString("base64url"),
    decode: (cursor) => {
      if (cursor === undefined) return undefined;
      let json: unknown;
      try {
        json = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
      } catch {
        throw coreProblem("cursor_invalid");
      }
      const parsed = envelope.safeParse(json);
      if (!parsed.success) throw coreProblem("cursor_invalid");
      return (parsed.data as [string, z.output<Schema>])[1];
    },
  };
};

/** Cuts a list that was read with `limit + 1` into a page, and makes the cursor of the next one. */
export const toPage = <Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
): { items: Row[]; nextCursor?: string } => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, nextCursor: cursorOf(last) } : { items };
};
