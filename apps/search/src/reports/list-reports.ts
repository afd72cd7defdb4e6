import { type ReportSummary, reportNames, reports } from "@nofx/contract-search";
import { columnsOf } from "./report-columns.rules.ts";

/** Every report, with what it shows and takes. */
export const listReports = (): ReportSummary[] =>
  reportNames.map((name) => {
    const { title, description, parameters, row, restricted = false } = reports[name];
    return {
      name,
      title,
      description,
      parameters: [...parameters],
      columns: columnsOf(row),
      restricted,
      url: `/api/reports/${name}`,
    };
  });
