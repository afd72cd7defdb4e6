import { searchErrors } from "@nofx/contract-search";
import { problemsOf } from "@nofx/service-kit";

/** `throw problem("reindex_in_progress")`: any error of search's catalogue or the core one. */
export const problem = problemsOf(searchErrors);
