import type { ProblemItem } from "@nofx/contract-kit";
import { type BulkItem, bulkLimits } from "@nofx/contract-marketplace";
import { HttpProblem } from "@nofx/service-kit";

/** A problem as part of an answer that goes on without it. */
export type ToldProblem = NonNullable<BulkItem["problem"]>;

/** The first of what there is to tell. */
export const firstItems = (items: readonly ProblemItem[]): ProblemItem[] =>
  items.slice(0, bulkLimits.errorsMax).map(({ path, message, code }) => ({ path, message, code }));

/** A refusal. Anything else that goes wrong is no answer to what was asked, and is thrown. */
export const refusalIn = (error: unknown): HttpProblem => {
  if (error instanceof HttpProblem && error.status < 500) return error;
  throw error;
};

/** A refusal as answers tell it that have several, with its first errors. */
export const toldProblem = ({ code, title, details: { detail, errors = [] } }: HttpProblem): ToldProblem => ({
  code,
  title,
  ...(detail !== undefined && { detail }),
  ...(errors.length > 0 && { errors: firstItems(errors) }),
});
