import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Grades } from "@nofx/search-core";
import { z } from "zod";

/** What a query is an example of. */
export const QueryKind = z.enum([
  "exact",
  "typo",
  "phrase",
  "synonym",
  "filter",
  "inflection",
  "intent",
  "rarity",
  "prefix",
]);
export type QueryKind = z.infer<typeof QueryKind>;

/** A query, and what the person who typed it wants: documents with grades from 1 to 3; all others are 0. */
const Judgment = z.strictObject({
  query: z.string().min(1),
  kind: QueryKind,
  grades: z.record(
    z.string().regex(/^(agent|template):[a-z0-9-]+\/[a-z0-9-]+$/),
    z.union([z.literal(1), z.literal(2), z.literal(3)]),
  ),
  /** Why, where that is not plain. */
  rationale: z.string().optional(),
});

/** A judged query as it is measured. */
export interface JudgedQuery {
  readonly query: string;
  readonly kind: QueryKind;
  readonly grades: Grades;
  /** Nobody looks at it while ranking is tuned: every third of a kind. */
  readonly isHeldOut: boolean;
}

/**
 * The judged queries.
 * @throws ZodError if the file is not what it should be
 */
export const readJudgments = (): JudgedQuery[] => {
  const text = readFileSync(join(import.meta.dirname, "judgments.json"), "utf8");
  const before = new Map<QueryKind, number>();
  return z
    .array(Judgment)
    .parse(JSON.parse(text))
    .map(({ query, kind, grades }) => {
      const place = (before.get(kind) ?? 0) + 1;
      before.set(kind, place);
      return { query, kind, grades: new Map(Object.entries(grades)), isHeldOut: place % 3 === 0 };
    });
};
