import { defineErrors } from "@nofx/contract-kit";

/** Error codes of dependencies, plans and tests. */
export const planErrors = defineErrors({
  environment_unknown: {
    status: 422,
    title: "The template has no such environment",
    description:
      "The version declares no environment of this name and you keep none, or it extends itself or an unknown one.",
  },
  variables_invalid: {
    status: 422,
    title: "There is no plan for these values",
    description: "`errors` lists everything that is wrong, all at once, each with its path. No value is repeated.",
  },
  lock_not_found: {
    status: 404,
    title: "No lock is kept",
    description: "The version has no lock for that environment, or you may not read of everything in it.",
  },
  test_report_not_found: {
    status: 404,
    title: "No test report is kept",
    description: "The version's tests have not been run for keeps, or you may not read of all agents they ran with.",
  },
  lock_broken: {
    status: 422,
    title: "The lock does not fit the template",
    description:
      "`errors` lists every entry that is gone, changed, withdrawn, missing, unfit or not wanted. Resolve anew.",
  },
  dependencies_unsatisfiable: {
    status: 422,
    title: "No choice of versions satisfies everybody",
    description:
      "`conflict` says who wants what, how they came in, and which versions there are. What you may not use counts as absent.",
  },
  dependencies_too_complex: {
    status: 422,
    title: "Finding the versions takes too long",
    description:
      "There may be a choice that satisfies everybody. `detail` names what the search is stuck on: narrow those ranges.",
  },
  tests_failed: {
    status: 422,
    title: "Tests of the template fail",
    description:
      "`errors` lists the checks that fail, each with its place in the manifest, the environment and the versions of agents it ran with. Nothing was published.",
  },
  dependency_unavailable: {
    status: 503,
    title: "The agent registry does not answer",
    description: "Versions of agents cannot be looked up. Nothing was written; retry after the time in Retry-After.",
  },
});
