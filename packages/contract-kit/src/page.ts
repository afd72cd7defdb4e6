import { z } from "zod";

/** Query parameters of every list: page size and where to go on. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(25).meta({ description: "Items per page" }),
  cursor: z
    .string()
    .max(1024)
    .optional()
    .meta({ description: "`nextCursor` of the page before; opaque, valid only with the same filters" }),
};

/** Body of a list answer: the items under their own name, and `nextCursor` while there is more. */
export const page = <Name extends string, Item extends z.ZodType>(name: Name, item: Item) =>
  z.object({
    [name]: z.array(item),
    nextCursor: z.string().optional().meta({ description: "Absent on the last page" }),
  } as { [K in Name]: z.ZodArray<Item> } & { nextCursor: z.ZodOptional<z.ZodString> });
