import { defineErrors, operationFactory } from "@nofx/contract-kit";

/** Error codes of the template marketplace, beyond the core ones. */
export const marketplaceErrors = defineErrors({
  template_not_found: {
    status: 404,
    title: "No such template",
    description: "The template does not exist in your tenant, or is not visible to you.",
  },
  variable_missing: {
    status: 400,
    title: "Variables are missing",
    description: "The template uses variables that have no value; `errors` names them all.",
  },
  runner_failed: {
    status: 502,
    title: "The model runner failed",
    description: "The runner did not take the request, or answered something else than a response; `detail` says what.",
  },
  runner_unavailable: {
    status: 503,
    title: "The model runner does not answer",
    description: "The runner cannot be reached or took too long. Nothing was kept; try again later.",
  },
});

export const defineOperation = operationFactory(marketplaceErrors);
