import type { Contract } from "@nofx/contract-kit";
import { searchErrors } from "./errors.ts";
import * as indexing from "./indexing.ts";
import * as search from "./search.ts";

export { searchErrors } from "./errors.ts";
export * from "./hit.ts";
export * from "./indexing.ts";
export * from "./search.ts";

/** Cross-registry search's whole contract: Track C. */
export const searchContract = {
  name: "search",
  title: "NOFX search",
  description: "One query over all agents and templates.",
  version: "1.0.0",
  errors: searchErrors,
  tags: {
    Search: "Find agents and templates, whatever you call them.",
    Index: "How far the index has come, and how it is rebuilt.",
  },
  operations: {
    unifiedSearch: search.unifiedSearch,
    suggestSearch: search.suggestSearch,
    recordSearchClick: search.recordSearchClick,
    reindexSearch: indexing.reindexSearch,
    getSearchIndex: indexing.getSearchIndex,
    listQuarantined: indexing.listQuarantined,
    retryQuarantined: indexing.retryQuarantined,
  },
} as const satisfies Contract;
