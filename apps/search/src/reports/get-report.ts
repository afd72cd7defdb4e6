import type { OperationInput } from "@nofx/contract-kit";
import {
  type getReport as GetReport,
  type ReportName,
  reportLimits,
  reportNames,
  reports,
} from "@nofx/contract-search";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { csvTable } from "@nofx/track-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { listReportRows, type PlacedRow } from "./report.store.ts";
import { type ReportParameters, reportParameters } from "./report-period.rules.ts";

type Input = Pick<OperationInput<typeof GetReport>, "params" | "query">;

const Place = z.object({ rank: z.number(), key: z.string() });

const isName = (name: string): name is ReportName => reportNames.some((each) => each === name);

/** Which report, if the caller may have it. @throws report_not_found, forbidden */
const named = ({ role }: RequestContext, name: string): ReportName => {
  if (!isName(name)) throw problem("report_not_found", { detail: `The reports are: ${reportNames.join(", ")}.` });
  if (reports[name].restricted && role !== "operator" && role !== "service") {
    throw problem("forbidden", { detail: "What people search for is told to the operator and to services only." });
  }
  return name;
};

/** @throws request_invalid */
const parametersOf = (name: ReportName, query: Input["query"], now: Date): ReportParameters => {
  const parameters = reportParameters(name, query, now);
  if ("refused" in parameters) throw problem("request_invalid", { errors: parameters.refused });
  return parameters;
};

/** Searches are of no tenant: only the service itself reads them. */
const readerOf = (ctx: RequestContext, name: ReportName) =>
  reports[name].restricted ? { tenantId: "", subject: ctx.subject, role: "service" as const } : ctx;

/** A cursor belongs to the report with everything that was asked of it, but for a time that is now. */
const cursorFor = (name: ReportName, { scope, from, to, bucket, minRuns }: Input["query"]) =>
  cursorCodec(JSON.stringify(["report", name, scope, from, to, bucket, minRuns]), Place);

/** A page of a report. @throws report_not_found, forbidden, request_invalid, cursor_invalid */
export const getReport = async (deps: Deps, ctx: RequestContext, { params, query }: Input) => {
  const now = deps.now();
  const name = named(ctx, params.name);
  const parameters = parametersOf(name, query, now);
  const cursor = cursorFor(name, query);
  const part = { parameters, isOwn: query.scope === "own", limit: query.limit, after: cursor.decode(query.cursor) };
  const found = await listReportRows(deps.db.reads, readerOf(ctx, name), name, part);
  const { items, nextCursor } = toPage(found, query.limit, ({ rank, key }: PlacedRow) => cursor.encode({ rank, key }));
  const hasPeriod = reports[name].parameters.some((parameter) => parameter === "from");
  return {
    name,
    title: reports[name].title,
    at: now.toISOString(),
    ...(hasPeriod && { from: parameters.from.toISOString(), to: parameters.to.toISOString() }),
    rows: items.map(({ row }) => row),
    ...(nextCursor !== undefined && { nextCursor }),
  };
};

/** All of a report as a table. @throws report_not_found, forbidden, request_invalid */
export const getReportCsv = async (deps: Deps, ctx: RequestContext, { params, query }: Input): Promise<string> => {
  const name = named(ctx, params.name);
  const { csvRows: rowsMax } = reportLimits;
  const parameters = parametersOf(name, query, deps.now());
  const part = { parameters, isOwn: query.scope === "own", limit: rowsMax, after: undefined };
  const found = await listReportRows(deps.db.reads, readerOf(ctx, name), name, part);
  const columns = Object.keys(reports[name].row.shape);
  const advice = "ask for pages as JSON, or for `scope=own` or a shorter time where the report takes one.";
  return csvTable(
    columns,
    found.map(({ row }) => row),
    { rowsMax, advice },
  );
};
