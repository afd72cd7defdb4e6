import { type AskedRange, rangeOf, type UsageRange } from "@nofx/analytics";
import type { OperationInput } from "@nofx/contract-kit";
import {
  analyticsLimits,
  type getTemplateAnalytics as GetTemplateAnalytics,
  type TemplateAnalytics,
} from "@nofx/contract-marketplace";
import type { Reads } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { seriesCsv } from "./csv.ts";
import { findSeries } from "./series.store.ts";
import { usageAnswer } from "./template-analytics.rules.ts";
import { type Found, findUsage } from "./template-analytics.store.ts";

type Query = OperationInput<typeof GetTemplateAnalytics>["query"];

/** The time that somebody asks for. @throws request_invalid */
export const askedRange = (asked: AskedRange, now: Date): UsageRange => {
  const range = rangeOf(asked, now, { hour: analyticsLimits.hoursMax, day: analyticsLimits.daysMax });
  if ("refused" in range) throw problem("request_invalid", { errors: [{ ...range.refused, code: "range_refused" }] });
  return range;
};

/** Whose runs the caller sees: all, or those of one tenant. */
export const scopeOf = (ctx: RequestContext, { tenant }: TemplateAddress) =>
  tenant === ctx.tenantId || ctx.role === "service"
    ? ({ scope: "all", tenant: undefined } as const)
    : ({ scope: "own", tenant: ctx.tenantId } as const);

/** What has just been published may be nowhere but on the primary. @throws template_not_found, version_not_found */
export const foundSomewhere = async <Rows extends Found>(
  { db }: Pick<Deps, "db">,
  find: (db: Reads<DB>) => Promise<Rows>,
): Promise<Rows> => {
  const soon = await find(db.reads);
  const rows = db.replica && !(soon.hasTemplate && soon.hasVersion) ? await find(db) : soon;
  if (!rows.hasTemplate) throw problem("template_not_found");
  if (!rows.hasVersion) throw problem("version_not_found");
  return rows;
};

/** Up to when everything that was acknowledged is counted. `now` is from before the look. */
export const asOf = ({ waitingSince }: Pick<Found, "waitingSince">, now: Date): string =>
  (waitingSince ?? now).toISOString();

/** Its series by version and environment, as a table. @throws template_not_found, version_not_found, request_invalid */
export const getAnalyticsCsv = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  query: Query,
): Promise<string> => {
  const range = askedRange(query, deps.now());
  const { version, environment } = query;
  const { tenant } = scopeOf(ctx, address);
  const selection = { range, version, environment, tenant };
  const { rows } = await foundSomewhere(deps, (db) => findSeries(db, ctx, address, selection));
  return seriesCsv(rows);
};

/** What is known of a template's runs. @throws template_not_found, version_not_found, request_invalid */
export const getTemplateAnalytics = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  query: Query,
): Promise<TemplateAnalytics> => {
  const now = deps.now();
  const range = askedRange(query, now);
  const { version, environment } = query;
  const { scope, tenant } = scopeOf(ctx, address);
  const selection = { range, version, environment, tenant };
  const rows = await foundSomewhere(deps, (db) => findUsage(db, ctx, address, selection));
  return {
    ...address,
    scope,
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    bucket: range.bucket,
    ...(version !== undefined && { version }),
    ...(environment !== undefined && { environment }),
    asOf: asOf(rows, now),
    includesSample: rows.hasSample,
    ...usageAnswer(rows, range),
  };
};
