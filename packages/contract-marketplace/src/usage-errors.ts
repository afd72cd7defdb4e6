import { defineErrors } from "@nofx/contract-kit";

/** Error codes of reports about runs, and of what they add up to. */
export const usageErrors = defineErrors({
  execution_refused: {
    status: 422,
    title: "The run cannot be counted",
    description:
      "`detail` says why: it ended more than 7 days ago, or ahead of the clock, or it is made up and the template is another tenant's.",
  },
  usage_overloaded: {
    status: 503,
    title: "Too many reports at once",
    description: "Nothing of this request was kept. Send it again after the time in Retry-After.",
  },
});
