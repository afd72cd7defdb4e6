import { marketplaceErrors } from "@nofx/contract-marketplace";
import { problemsOf } from "@nofx/service-kit";

/** `throw problem("template_not_found")`: any error of the marketplace's catalogue or the core one. */
export const problem = problemsOf(marketplaceErrors);
