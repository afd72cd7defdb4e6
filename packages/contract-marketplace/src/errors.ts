import { defineErrors, operationFactory } from "@nofx/contract-kit";
import { bundleErrors } from "./bundle-errors.ts";
import { campaignErrors } from "./campaign-errors.ts";
import { environmentErrors } from "./environment-errors.ts";
import { planErrors } from "./plan-errors.ts";
import { usageErrors } from "./usage-errors.ts";

/** Error codes of the template marketplace, beyond the core ones. */
export const marketplaceErrors = defineErrors({
  template_not_found: {
    status: 404,
    title: "No such template",
    description:
      "The template does not exist in that tenant, or is not visible to you. Another tenant's public template is addressed with `?tenant=`.",
  },
  version_not_found: {
    status: 404,
    title: "No such version",
    description: "The template exists, but this version of it does not.",
  },
  file_not_found: {
    status: 404,
    title: "No such file",
    description: "The version exists, but has no file at this path.",
  },
  manifest_invalid: {
    status: 422,
    title: "The manifest is not valid",
    description: "The manifest breaks the rules that `errors` lists, all at once, each with its path.",
  },
  version_conflict: {
    status: 409,
    title: "The version is already published with other content",
    description:
      "Published versions are immutable. `difference` lists what differs; publish the change under a new version.",
  },
  version_bump_too_small: {
    status: 422,
    title: "The version number says less than what has changed",
    description:
      "The differences to the `previous` version demand a higher version number; `reasons` lists those that do. Publish as `least` or higher, or undo them. docs/templates.md has the rules.",
  },
  kind_conflict: {
    status: 409,
    title: "The template is of another kind",
    description: "A template stays a workflow or a prompt. Publish the other kind under another id.",
  },
  draft_needs_release: {
    status: 409,
    title: "The first version of a template cannot be a draft",
    description:
      "A template shows its current version, and a draft cannot be that. Publish a first version without `draft`, a pre-release if need be.",
  },
  rollback_refused: {
    status: 409,
    title: "The template cannot be rolled back to that version",
    description: "`detail` says why: the version is archived, a draft, or the current one already.",
  },
  status_transition_refused: {
    status: 409,
    title: "The status cannot change that way",
    description: "`detail` names the statuses that can follow the present one.",
  },
  version_in_use: {
    status: 409,
    title: "The version is in use",
    description: "`detail` says by what. Roll back from the current version, or name another successor first.",
  },
  successor_refused: {
    status: 422,
    title: "The successor cannot be used",
    description:
      "`detail` says why: it does not exist or is not visible to you, is out of use itself, or leads back to what it should replace.",
  },
  template_exists: {
    status: 409,
    title: "You have a template with this id",
    description:
      "A fork is a new template. Choose another id for it, or publish a version of the template that is there.",
  },
  fork_refused: {
    status: 409,
    title: "That version cannot be forked",
    description: "`detail` says why: the version is archived, or a draft.",
  },
  own_template: {
    status: 403,
    title: "The template is your own tenant's",
    description: "Ratings are what others think of a template: nobody rates those of their own tenant.",
  },
  rating_not_found: {
    status: 404,
    title: "You have not rated the template",
    description: "The template exists, but has no rating of yours, or none any more.",
  },
  category_not_found: {
    status: 404,
    title: "No such category",
    description: "The taxonomy has no category with this id.",
  },
  category_parent_unknown: {
    status: 409,
    title: "The category above does not exist",
    description: "`parent` names no category of the taxonomy. Put that one first.",
  },
  category_cycle: {
    status: 409,
    title: "A category cannot be below itself",
    description: "The parent is the category itself, or one below it; `detail` names the way.",
  },
  category_in_use: {
    status: 409,
    title: "The category is in use",
    description: "`detail` says by what: categories below it, or templates. Move those first.",
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
  ...bundleErrors,
  ...planErrors,
  ...environmentErrors,
  ...campaignErrors,
  ...usageErrors,
});

export const defineOperation = operationFactory(marketplaceErrors);
