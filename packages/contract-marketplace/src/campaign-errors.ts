import { defineErrors } from "@nofx/contract-kit";

/** Error codes of upgrade campaigns. */
export const campaignErrors = defineErrors({
  campaign_not_found: {
    status: 404,
    title: "No such campaign",
    description: "Your tenant has no upgrade campaign with this id.",
  },
  campaign_closed: {
    status: 409,
    title: "The campaign is over",
    description: "It was cancelled, and nothing more is done in it; or it is completed, and nothing is left to cancel.",
  },
  campaign_too_large: {
    status: 422,
    title: "Too many templates for one campaign",
    description:
      "A campaign upgrades at most 1,000 templates. Name some of them in `templates`, and the others in others.",
  },
  upgrade_target_unknown: {
    status: 422,
    title: "There is no such version to upgrade to",
    description:
      "`detail` says which is missing: the agent is not there for you, has no release, or not that version in use.",
  },
});
