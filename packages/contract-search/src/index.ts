import type { Contract, OperationsOf } from "@nofx/contract-kit";
import { searchErrors } from "./errors.ts";
import * as health from "./health.ts";
import * as indexing from "./indexing.ts";
import * as relations from "./relations.ts";
import * as reports from "./reports.ts";
import * as search from "./search.ts";

export { searchErrors } from "./errors.ts";
export * from "./health.ts";
export * from "./hit.ts";
export * from "./indexing.ts";
export * from "./relations.ts";
export * from "./report-rows.ts";
export * from "./reports.ts";
export * from "./search.ts";

/** Every operation, by its id. */
export type SearchOperations = OperationsOf<typeof search> &
  OperationsOf<typeof indexing> &
  OperationsOf<typeof relations> &
  OperationsOf<typeof health> &
  OperationsOf<typeof reports>;

const operations: SearchOperations = {
  unifiedSearch: search.unifiedSearch,
  suggestSearch: search.suggestSearch,
  recordSearchClick: search.recordSearchClick,
  reindexSearch: indexing.reindexSearch,
  getSearchIndex: indexing.getSearchIndex,
  listQuarantined: indexing.listQuarantined,
  retryQuarantined: indexing.retryQuarantined,
  getRelations: relations.getRelations,
  getRelationImpact: relations.getRelationImpact,
  getSystemHealth: health.getSystemHealth,
  getSystemMetricsSummary: health.getSystemMetricsSummary,
  listReports: reports.listReports,
  getReport: reports.getReport,
};

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
    Relations: "What depends on what, and what breaks without it.",
    System: "How all services are, and what they are doing.",
    Reports: "Figures about the whole catalogue, to read or to load into a spreadsheet.",
  },
  operations,
} as const satisfies Contract;
