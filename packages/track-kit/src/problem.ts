import { coreErrors } from "@nofx/contract-kit";
import { problemsOf } from "@nofx/service-kit";

/** `throw problem("changes_gone")`: any error of the core catalogue. */
export const problem = problemsOf(coreErrors);
