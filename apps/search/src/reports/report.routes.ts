import { searchContract } from "@nofx/contract-search";
import { answer, mount, type Service } from "@nofx/service-kit";
import { untrusted } from "@nofx/versioning";
import type { Deps } from "../deps.ts";
import { getReport, getReportCsv } from "./get-report.ts";
import { listReports } from "./list-reports.ts";

const { operations } = searchContract;

export const reportRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.listReports, async () => answer(200, { body: { reports: listReports() } }));

  mount(service, operations.getReport, async (ctx, input) => {
    const isTable = input.query.format === undefined ? ctx.mediaType === "text/csv" : input.query.format === "csv";
    if (!isTable) return answer(200, { text: JSON.stringify(await getReport(deps, ctx, input)) });
    const bytes = Buffer.from(await getReportCsv(deps, ctx, input));
    const disposition = `attachment; filename="${input.params.name}.csv"`;
    return answer(200, {
      bytes,
      mediaType: "text/csv" as const,
      headers: { ...untrusted, "content-disposition": disposition },
    });
  });
};
