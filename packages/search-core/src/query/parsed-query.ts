import type { SearchWarning } from "@nofx/contract-search";
import type { z } from "zod";

export type QueryWarning = z.infer<typeof SearchWarning>;

/** Words that stand together: one word, the parts of an identifier, or a phrase. */
export interface Term {
  /** Folded; more than one must follow each other. Never empty. */
  readonly words: readonly string[];
  /** The last word is a beginning, too. */
  readonly isPrefix: boolean;
  /** It stood in quotation marks: taken as it is, no typos. */
  readonly isQuoted: boolean;
  /** Place in the query as it was typed, from 0. */
  readonly at: number;
}

/** What fields can be asked for by name in a query. */
export const queryFields = [
  "type",
  "kind",
  "tag",
  "category",
  "agent",
  "author",
  "status",
  "license",
  "capability",
  "tenant",
  "updated",
  "rating",
] as const;
export type QueryField = (typeof queryFields)[number];

/** A condition on a field. Several values of one are alternatives. */
export interface QueryFilter {
  readonly field: QueryField;
  readonly comparison: "=" | "<" | "<=" | ">" | ">=";
  readonly values: readonly string[];
  readonly isNegated: boolean;
}

/** What a query asks for. All groups must fit; of a group, one term. */
export interface ParsedQuery {
  readonly groups: readonly (readonly Term[])[];
  readonly excluded: readonly Term[];
  readonly filters: readonly QueryFilter[];
  readonly warnings: readonly QueryWarning[];
}
