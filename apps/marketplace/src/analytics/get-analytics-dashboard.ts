import type { OperationInput } from "@nofx/contract-kit";
import type { AnalyticsDashboard, getAnalyticsDashboard as GetAnalyticsDashboard } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { dashboardCsv } from "./csv.ts";
import { dashboardAnswer } from "./dashboard.rules.ts";
import { type DashboardSelection, findDashboard, listUsedTemplates } from "./dashboard.store.ts";
import { askedRange, asOf } from "./get-template-analytics.ts";

type Query = OperationInput<typeof GetAnalyticsDashboard>["query"];

const selectionOf = ({ scope, ...asked }: Query, now: Date): DashboardSelection => ({
  range: askedRange({ ...asked, bucket: "day" }, now),
  isOwn: scope === "own",
  now,
});

/** What is known of the runs of many templates. @throws request_invalid */
export const getAnalyticsDashboard = async (
  deps: Deps,
  ctx: RequestContext,
  query: Query,
): Promise<AnalyticsDashboard> => {
  const now = deps.now();
  const selection = selectionOf(query, now);
  const rows = await findDashboard(deps.db.reads, ctx, selection);
  return {
    scope: query.scope,
    from: selection.range.from.toISOString(),
    to: selection.range.to.toISOString(),
    asOf: asOf(rows, now),
    ...dashboardAnswer(rows, query.scope, now),
  };
};

/** Every template that was run, as a table. @throws request_invalid */
export const getDashboardCsv = async (deps: Deps, ctx: RequestContext, query: Query): Promise<string> =>
  dashboardCsv(await listUsedTemplates(deps.db.reads, ctx, selectionOf(query, deps.now())));
