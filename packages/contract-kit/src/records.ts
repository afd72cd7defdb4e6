import { z } from "zod";
import { pageQuery } from "./page.ts";

/** How much a record holds, and how many records one answer does. */
export const recordLimits = {
  textMax: 16_384,
  versionsMax: 100,
  keysMax: 200,
  pageMax: 500,
} as const;

/** Query parameters of a listing of records. */
export const recordPageQuery = {
  ...pageQuery,
  limit: z.coerce.number().int().min(1).max(recordLimits.pageMax).default(100).meta({ description: "Items per page" }),
};

/** What has words in a resource beside the fields of its record. */
export const recordText = z.string().max(recordLimits.textMax);

/** How many versions a resource has, whatever their status. */
export const recordVersionCount = z.int().min(1).meta({ description: "All versions, drafts and archived ones too" });
