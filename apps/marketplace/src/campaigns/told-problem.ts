import { bulkLimits, type UpgradePlan } from "@nofx/contract-marketplace";
import { HttpProblem } from "@nofx/service-kit";

/** Why an upgrade cannot be made. */
export type ToldProblem = NonNullable<UpgradePlan["problem"]>;

/** A refusal as plans and results tell it, with its first errors. Anything else that goes wrong is no answer, and is thrown. */
export const toldProblem = (error: unknown): ToldProblem => {
  if (!(error instanceof HttpProblem) || error.status >= 500) throw error;
  const { code, title } = error;
  const { detail, errors = [] } = error.details;
  const first = errors
    .slice(0, bulkLimits.errorsMax)
    .map(({ path, message, code: of }) => ({ path, message, code: of }));
  return { code, title, ...(detail !== undefined && { detail }), ...(first.length > 0 && { errors: first }) };
};
