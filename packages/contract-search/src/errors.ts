import { defineErrors, operationFactory } from "@nofx/contract-kit";

/** Error codes of cross-registry search, beyond the core ones. */
export const searchErrors = defineErrors({
  resource_not_found: {
    status: 404,
    title: "No such agent or template",
    description:
      "There is none with this id in the tenant that was named, or you may not read it, or it is not in the index yet.",
  },
  version_not_found: {
    status: 404,
    title: "No such version",
    description: "The agent or template has no published version with this number.",
  },
  report_not_found: {
    status: 404,
    title: "No such report",
    description: "`detail` names all reports; listReports tells what they show.",
  },
  reindex_in_progress: {
    status: 409,
    title: "The index is being rebuilt already",
    description: "`detail` says since when, and how far it has come. It takes the place of the present one by itself.",
  },
});

export const defineOperation = operationFactory(searchErrors);
