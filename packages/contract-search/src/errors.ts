import { defineErrors, operationFactory } from "@nofx/contract-kit";

/** Error codes of cross-registry search, beyond the core ones. */
export const searchErrors = defineErrors({
  reindex_in_progress: {
    status: 409,
    title: "The index is being rebuilt already",
    description: "`detail` says since when, and how far it has come. It takes the place of the present one by itself.",
  },
});

export const defineOperation = operationFactory(searchErrors);
