import { registryErrors } from "@nofx/contract-registry";
import { problemsOf } from "@nofx/service-kit";

/** `throw problem("agent_not_found")`: any error of the registry's catalogue or the core one. */
export const problem = problemsOf(registryErrors);
